using System.IO.Pipelines;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>
/// Misbehaves: plays a <see cref="BadPath"/> to whoever asks a server for it. It remembers nobody, so that every request for a path gets the same;
/// each is bounded in bytes and time by its options.
/// </summary>
/// <param name="options">Bounds; null for five seconds for an answer of the client, and thirty for all.</param>
public sealed class BadServer(ConformanceOptions? options = null) : IDisposable
{
    private readonly ConformanceOptions _options
        = options ?? new ConformanceOptions { Timeout = TimeSpan.FromSeconds(5), MaxTime = TimeSpan.FromSeconds(30) };

    /// <summary>What needs much memory is played once at a time.</summary>
    private readonly SemaphoreSlim _heavy = new(1);

    /// <summary>Answers a request as badly as it asks for.</summary>
    /// <param name="path">What to do wrong.</param>
    /// <param name="url">Where this server has that path.</param>
    /// <param name="head">The head of the request as it came, whole.</param>
    /// <param name="transport">The connection; what came behind the head is still in it. Its owner ends it.</param>
    /// <param name="abort">Drops the connection with a reset.</param>
    /// <param name="cancellationToken">Ends the answer.</param>
    /// <returns>Whether the answer is complete and the connection goes on, with the next request on it.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<bool> AnswerAsync(
        BadPath path,
        Uri url,
        ReadOnlyMemory<byte> head,
        IDuplexPipe transport,
        Action abort,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(abort);
        RawPipe pipe = new(transport, abort);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (path.Case.IsHeavy && !await _heavy.WaitAsync(_options.MaxTime, cancellationToken))
        {
            await RefuseAsync(pipe, "503 Service Unavailable", "Another client is at something large; try again.", over.Token);
            return false;
        }

        try
        {
            ServedClient client = new(pipe, ClientRequest.Parse(head.Span, isWhole: true));
            await PlayAsync(path.Case, url, client, pipe, over);
        }
        finally
        {
            _ = path.Case.IsHeavy ? _heavy.Release() : 0;
        }

        if (pipe is { IsReleased: true, HasEndedSending: true })
        {
            await LingerAsync(pipe, cancellationToken);
        }

        return pipe is { IsReleased: true, HasEndedSending: false };
    }

    /// <inheritdoc/>
    public void Dispose() => _heavy.Dispose();

    private async Task PlayAsync(ConformanceCase played, Uri url, ServedClient client, RawPipe pipe, CancellationTokenSource over)
    {
        ClientContext context = new(
            url, new ClientSeat(played.Id), client, _options, ConformanceRunner.SeedOf(played, _options), client, _ => false, null, over.Token);
        context.Start();
        ConformanceResult result;
        try
        {
            result = await ConformanceRunner.PlayAsync(played, context);
        }
        finally
        {
            // Nothing that still runs touches the connection from here on.
            await over.CancelAsync();
            await pipe.StopAsync();
        }

        if (result.Verdict == ConformanceVerdict.Skip && !pipe.HasSent)
        {
            await RefuseAsync(pipe, "400 Bad Request", $"This request gives no occasion for it: {result.Finding.Got}.", CancellationToken.None);
        }
    }

    private async Task RefuseAsync(RawPipe pipe, string status, string text, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(_options.Timeout);
        string body = text + "\n";
        byte[] answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        await pipe.RefuseAsync(answer, late.Token);
    }

    private async Task LingerAsync(RawPipe pipe, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(_options.Timeout);
        try
        {
            await pipe.LingerAsync(late.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The peer is gone, or does not go.
        }
    }
}
