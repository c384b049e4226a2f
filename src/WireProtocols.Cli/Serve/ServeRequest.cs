using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>A request on its way through a route.</summary>
internal sealed class ServeRequest(OwnedHttp1RequestHead head, ServeConnection connection, ServeSettings settings, CancellationToken stopping)
{
    public Http1RequestHead Head => head.Head;

    public string Method { get; } = head.Method;

    /// <summary>The path, still percent-encoded.</summary>
    public string Path { get; } = Encoding.Latin1.GetString(head.Head.Path);

    /// <summary>The connection: the body, or what follows an upgrade, comes from its input.</summary>
    public ServeConnection Connection { get; } = connection;

    public ServeSettings Settings { get; } = settings;

    /// <summary>Cancelled when the server stops: streams end, WebSockets go away.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>Whether another request may follow. A body that no route has read is in the way of it; a route that read it sets this.</summary>
    public bool KeepsAlive { get; set; } = head.Head.IsKeepAlive && !head.Head.IsChunked && head.Head.ContentLength is null or 0;

    /// <summary>The value of a field as a string, or null.</summary>
    public string? GetField(ReadOnlySpan<byte> name) => head.GetField(name);

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

    /// <summary>Answers with plain text.</summary>
    public ValueTask RespondAsync(int status, string text, params ReadOnlySpan<(string Name, string Value)> fields)
        => RespondAsync(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text), fields);

    /// <summary>Answers with a body of known length.</summary>
    public ValueTask RespondAsync(int status, string contentType, ReadOnlySpan<byte> body, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        KeepsAlive = KeepsAlive && !Stopping.IsCancellationRequested;
        ServeResponse.Write(Connection.Output, Settings.Time, status, contentType, body, KeepsAlive, withoutBody: Method == "HEAD", fields);
        return Connection.FlushAsync(CancellationToken.None);
    }
}
