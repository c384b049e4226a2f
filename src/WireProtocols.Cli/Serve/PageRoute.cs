namespace WireProtocols.Cli.Serve;

/// <summary>The page: each transport's bytes, live. One file that needs no other.</summary>
internal sealed class PageRoute : Route
{
    private readonly byte[] _page = Read();

    public override string Path => "/";

    public override IReadOnlyList<string> Methods => ["GET", "HEAD", "POST"];

    public override string Description => "the page: see the bytes of each transport, live; what is posted comes back";

    /// <summary>What is posted here comes back, so that <c>wire conform http://…/</c> has all that it asks for.</summary>
    public override ValueTask HandleAsync(ServeRequest request)
        => request.Method == "POST"
            ? EchoRoute.AnswerAsync(request)
            : request.Exchange.RespondAsync(200, _page, ("Content-Type", "text/html; charset=utf-8"));

    private static byte[] Read()
    {
        using Stream stream = typeof(PageRoute).Assembly.GetManifestResourceStream("page.html")!;
        byte[] page = new byte[stream.Length];
        stream.ReadExactly(page);
        return page;
    }
}
