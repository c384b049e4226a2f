using System.IO.Pipelines;
using System.Text;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>A request on its way through a route.</summary>
internal sealed class ServeRequest(Http1Exchange exchange, ServeConnection connection, ServeSettings settings, CancellationToken stopping)
{
    private const int MaxDroppedLength = 64 * 1024;

    /// <summary>The request and its response, as the library sees them.</summary>
    public Http1Exchange Exchange { get; } = exchange;

    public Http1RequestHead Head => Exchange.Request.Head;

    public string Method => Exchange.Request.Method;

    /// <summary>The path, still percent-encoded.</summary>
    public string Path { get; } = Encoding.Latin1.GetString(exchange.Request.Head.Path);

    public ServeConnection Connection { get; } = connection;

    public ServeSettings Settings { get; } = settings;

    /// <summary>Cancelled when the server stops: streams end, WebSockets go away. The same where somebody who watches ends the request.</summary>
    public CancellationToken Stopping { get; private set; } = stopping;

    /// <summary>The connection as the one who watches sees it; null where nobody does.</summary>
    public WatchedConnection? Watched { get; private set; }

    /// <summary>Shows the bytes of this request, and of what answers it, to whoever watches.</summary>
    public void Watch(WireTap? tap)
    {
        Watched = Connection.Watch(tap, tap is null ? null : new RequestEnd(Exchange.Body.Framing));
        Watched?.ReceivedHead(Exchange.Request);
        Stopping = Watched?.BeginRequest(Stopping) ?? Stopping;
    }

    /// <summary>The value of a field as a string, or null.</summary>
    public string? GetField(ReadOnlySpan<byte> name) => Exchange.Request.GetField(name);

    /// <summary>The first value of a query parameter, percent-decoded, or null.</summary>
    public string? GetQuery(string name)
    {
        foreach (string pair in Encoding.Latin1.GetString(Head.Query).Split('&'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]) == name)
            {
                return equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]);
            }
        }

        return null;
    }

    /// <summary>A query parameter that is a whole number, kept within bounds.</summary>
    public int GetQuery(string name, int standard, int least, int most)
        => int.TryParse(GetQuery(name), out int value) ? Math.Clamp(value, least, most) : standard;

    /// <summary>Reads the body and drops it, for a route that has no use for one.</summary>
    /// <returns>False where it is too long for that, and has been refused.</returns>
    public async ValueTask<bool> TryDropBodyAsync()
    {
        for (long length = 0; !Exchange.Body.IsBodyCompleted;)
        {
            ReadResult read = await Exchange.Body.ReadAsync(Stopping);
            length += read.Buffer.Length;
            Exchange.Body.AdvanceTo(read.Buffer.End);
            if (length > MaxDroppedLength)
            {
                await RespondAsync(413, $"{Path} has no use for a body, and this one is long.\n");
                return false;
            }
        }

        return true;
    }

    /// <summary>Answers with plain text that is about this request alone.</summary>
    public ValueTask RespondAsync(int status, string text, params ReadOnlySpan<(string Name, string Value)> fields)
        => Exchange.RespondAsync(
            status,
            Encoding.UTF8.GetBytes(text),
            [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"), .. fields]);
}
