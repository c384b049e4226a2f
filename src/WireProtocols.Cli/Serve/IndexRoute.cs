using System.Net;
using System.Text;

namespace WireProtocols.Cli.Serve;

/// <summary>The list of what there is.</summary>
internal sealed class IndexRoute : Route
{
    public override string Path => "/";

    public override IReadOnlyList<string> Methods => ["GET", "HEAD"];

    public override string Description => "this list";

    public override ValueTask HandleAsync(ServeRequest request)
        => request.RespondAsync(200, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(CreatePage()));

    private static string CreatePage()
    {
        StringBuilder page = new("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>wire serve</title>\n<h1>wire serve</h1>\n<dl>\n");
        foreach (Route route in Routes.All)
        {
            string methods = WebUtility.HtmlEncode(string.Join(", ", route.Methods));
            page.Append($"<dt><code>{methods} {WebUtility.HtmlEncode(route.Path)}</code></dt><dd>{WebUtility.HtmlEncode(route.Description)}</dd>\n");
        }

        return page.Append("</dl>\n</html>\n").ToString();
    }
}
