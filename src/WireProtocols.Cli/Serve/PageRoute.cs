namespace WireProtocols.Cli.Serve;

/// <summary>The page: each transport's bytes, live. Its files are in the tool, and it asks for nothing from elsewhere.</summary>
internal sealed class PageRoute : Route
{
    private const string Folder = "/page/";

    /// <summary>The client for browsers, where other pages look for it too.</summary>
    private const string Client = "/wire-client.js";

    /// <summary>Nothing but the page's own files runs in it, and it connects to this server alone: over WebTransport on another port.</summary>
    private const string Policy
        = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: https:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    private readonly Dictionary<string, byte[]> _files = Read();

    public override string Path => "/";

    public override IReadOnlyList<string> Methods => ["GET", "HEAD", "POST"];

    public override string Description => "the page: see the bytes of each transport, live; what is posted comes back";

    public override bool Matches(string path) => path is "/" or Client || path.StartsWith(Folder, StringComparison.Ordinal);

    /// <summary>What is posted here comes back, so that <c>wire conform http://…/</c> has all that it asks for.</summary>
    public override ValueTask HandleAsync(ServeRequest request)
    {
        if (request.Method == "POST")
        {
            return EchoRoute.AnswerAsync(request);
        }

        string name = request.Path == Path ? "index.html" : request.Path == Client ? Client[1..] : request.Path[Folder.Length..];
        return _files.TryGetValue(name, out byte[]? file)
            ? request.Exchange.RespondAsync(
                200,
                file,
                ("Content-Type", TypeOf(name)),
                ("Cache-Control", "no-cache"),
                ("Content-Security-Policy", Policy),
                ("X-Content-Type-Options", "nosniff"))
            : request.RespondAsync(404, $"There is nothing at {request.Path}.\n");
    }

    private static string TypeOf(string name) => System.IO.Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };

    private static Dictionary<string, byte[]> Read()
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        const string Prefix = "page/";
        foreach (string name in typeof(PageRoute).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = typeof(PageRoute).Assembly.GetManifestResourceStream(name)!;
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            files[name[Prefix.Length..].Replace('\\', '/')] = file;
        }

        return files;
    }
}
