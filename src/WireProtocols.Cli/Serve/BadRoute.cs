using WireProtocols.Cli.Serve.Misbehave;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Serve;

/// <summary>Breaks one rule a path, for testing clients; what ends in a slash lists the paths below it.</summary>
internal sealed class BadRoute(BadServer server) : Route
{
    public override string Path => BadIndex.Prefix;

    public override IReadOnlyList<string> Methods => ["GET", "HEAD"];

    public override string Description => "one broken rule a path, for testing clients (--misbehave)";

    public override bool Matches(string path) => path.StartsWith(Path, StringComparison.Ordinal);

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        string below = request.Path[Path.Length..];
        BadPath[] listed = request.Path.EndsWith('/') ? [.. BadPath.All.Where(p => p.Path.StartsWith(below, StringComparison.Ordinal))] : [];
        if (listed.Length > 0)
        {
            await ListAsync(request, listed);
        }
        else if (BadPath.Find(below) is not { } path)
        {
            await request.RespondAsync(404, $"There is nothing at {request.Path}; {Path} lists what there is.\n");
        }
        else if (request.Method == "HEAD")
        {
            await request.RespondAsync(405, $"{request.Path} takes GET.\n", ("Allow", "GET"));
        }
        else if (path.IsWebSocket && request.GetField("Sec-WebSocket-Key"u8) is null)
        {
            await request.RespondAsync(426, BadIndex.TextOf(path), ("Upgrade", "websocket"));
        }
        else
        {
            await MisbehaveAsync(request, path);
        }
    }

    private static async Task ListAsync(ServeRequest request, BadPath[] paths)
    {
        string accepted = request.GetField("Accept"u8) ?? "";
        bool isJson = request.GetQuery("json") is not null || accepted.Contains("json", StringComparison.OrdinalIgnoreCase);
        bool isHtml = !isJson && accepted.Contains("text/html", StringComparison.OrdinalIgnoreCase);
        (string type, byte[] body) = isJson ? ("application/x-ndjson", BadIndex.Json(paths))
            : isHtml ? ("text/html; charset=utf-8", BadIndex.Html(paths))
            : ("text/plain; charset=utf-8", BadIndex.Text(paths));
        await request.Exchange.RespondAsync(200, body, ("Content-Type", type), ("Cache-Control", "no-store"), ("Vary", "Accept"));
    }

    /// <summary>What the client's bytes are is no longer HTTP's affair, until the answer is over.</summary>
    private async Task MisbehaveAsync(ServeRequest request, BadPath path)
    {
        ServeConnection connection = request.Connection;
        ReadOnlyMemory<byte> head = request.Exchange.Request.Bytes;
        Uri url = UrlOf(request, path);
        CancellationToken stopping = request.Stopping;
        await request.Exchange.TakeOverAsync();
        connection.SwitchTo(async () =>
        {
            // A send has ended when its bytes are with the socket: whether the client still takes them is part of the answer.
            long pending = connection.MaxPending;
            connection.MaxPending = 0;
            bool goesOn = await server.AnswerAsync(path, url, head, connection, connection.Abort, stopping);
            connection.MaxPending = pending;
            return goesOn;
        });
    }

    /// <summary>A redirect leads back to where the client came to.</summary>
    private static Uri UrlOf(ServeRequest request, BadPath path)
    {
        string host = request.GetField("Host"u8) ?? "";
        return Uri.TryCreate($"http://{host}{BadIndex.PathOf(path)}", UriKind.Absolute, out Uri? url) && url.Authority == host
            ? url
            : new Uri($"http://localhost{BadIndex.PathOf(path)}");
    }
}
