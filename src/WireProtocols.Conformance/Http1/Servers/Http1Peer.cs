using System.Text;

namespace WireProtocols.Conformance;

/// <summary>A connection to an HTTP/1.1 server: any bytes out, answers in.</summary>
internal sealed class Http1Peer : IAsyncDisposable
{
    /// <summary>Long enough for what was sent before to be read alone.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(15);
    private readonly ConformanceContext _context;
    private readonly Http1AnswerReader _reader;

    private Http1Peer(ConformanceContext context, RawConnection raw)
    {
        _context = context;
        Raw = raw;
        _reader = new Http1AnswerReader(raw, context);
    }

    public RawConnection Raw { get; }

    public static async Task<Http1Peer> ConnectAsync(ConformanceContext context) => new(context, await RawConnection.OpenAsync(context));

    /// <summary>A question alone on a connection of its own.</summary>
    public static async Task<Http1Reply> AskAsync(ConformanceContext context, string request, TimeSpan? patience = null)
    {
        await using Http1Peer peer = await ConnectAsync(context);
        await peer.SendAsync(request);
        return await peer.ReadAsync(Http1Asked.Of(request), patience: patience);
    }

    /// <summary>Fills in where the subject is, and how long a hidden request is. A character is a byte.</summary>
    public static string Fill(ConformanceContext context, string text)
    {
        string filled = text.Replace("{target}", context.Subject.PathAndQuery, StringComparison.Ordinal)
            .Replace("{host}", context.Subject.Authority, StringComparison.Ordinal);
        if (!filled.Contains("{hidden", StringComparison.Ordinal))
        {
            return filled;
        }

        int length = Fill(context, Http1Text.Hidden).Length;
        return filled.Replace("{hidden-length}", $"{length}", StringComparison.Ordinal).Replace("{hidden-size}", $"{length:x}",
            StringComparison.Ordinal);
    }

    /// <summary>Sends text, with a pause at each <see cref="Http1Text.Pause"/>.</summary>
    /// <param name="text">What is sent.</param>
    /// <param name="note">What it is.</param>
    /// <param name="cut">The length of the writes.</param>
    public async Task SendAsync(string text, string note = "request", int cut = int.MaxValue)
    {
        string[] parts = Fill(_context, text).Split(Http1Text.Pause);
        for (int i = 0; i < parts.Length; i++)
        {
            if (i > 0)
            {
                await Task.Delay(Beat, _context.Stop);
            }

            byte[] bytes = Encoding.Latin1.GetBytes(parts[i]);
            for (int at = 0; at < bytes.Length; at += Math.Min(cut, bytes.Length - at))
            {
                await Raw.SendAsync(bytes.AsMemory(at, Math.Min(cut, bytes.Length - at)), i == 0 && at == 0 ? note : "…");
                if (cut < bytes.Length)
                {
                    await Task.Yield();
                }
            }
        }
    }

    public Task<Http1Reply> ReadAsync(Http1Asked asked, bool stopsAtInterim = false, TimeSpan? patience = null)
        => _reader.ReadAsync(asked, stopsAtInterim, patience);

    /// <summary>Asks for an echo whose text says which it is, and reads what answers it.</summary>
    /// <returns>What answered; the echo itself is a whole answer whose body is the text.</returns>
    public async Task<Http1Reply> AskEchoAsync(string text, bool isLast = true)
    {
        string close = isLast ? "Connection: close\r\n" : "";
        await SendAsync($"POST {{target}} HTTP/1.1\r\nHost: {{host}}\r\n{close}Content-Length: {text.Length}\r\n\r\n{text}", "the next request");
        return await ReadAsync(new Http1Asked("POST"));
    }

    public ValueTask DisposeAsync() => Raw.DisposeAsync();
}
