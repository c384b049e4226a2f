using System.IO.Pipelines;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// A response that goes on while there is something to say. What is flushed leaves at once, through reverse proxies too, and a client that leaves
/// ends it.
/// </summary>
internal sealed class ServeBody
{
    private readonly ServeRequest _request;
    private readonly CancellationToken _end;

    private ServeBody(ServeRequest request, Http1BodyWriter writer, CancellationToken end)
    {
        _request = request;
        _end = end;
        Writer = writer;
    }

    /// <summary>Where the body is written; <see cref="FlushAsync"/> sends it.</summary>
    public Http1BodyWriter Writer { get; }

    /// <summary>Cancelled when the client has left or the server stops.</summary>
    public CancellationToken End => _end;

    /// <summary>Writes the head.</summary>
    public static Http1BodyWriter Start(ServeRequest request, string contentType)
        => request.Exchange.StartResponse(
            200, Http1BodyFraming.Chunked, ("Content-Type", contentType), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"));

    /// <summary>Writes the head and runs the stream until it is done, the client leaves, or the server stops; then ends the body.</summary>
    public static async ValueTask RunAsync(ServeRequest request, string contentType, Func<ServeBody, Task> run)
    {
        using CancellationTokenSource end
            = CancellationTokenSource.CreateLinkedTokenSource(request.Exchange.WatchClient(), request.Stopping);
        ServeBody body = new(request, Start(request, contentType), end.Token);
        try
        {
            await run(body);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Nothing more is to come. What has been written ends in good order, for a client that only ended its own side.
        }

        await body.Writer.CompleteAsync();
    }

    /// <summary>Sends what was written.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public async ValueTask FlushAsync()
    {
        FlushResult flushed = await Writer.FlushAsync(_end);
        if (flushed.IsCompleted)
        {
            throw new IOException("The client is gone.");
        }
    }

    /// <summary>Waits, unless the stream is to end.</summary>
    public Task DelayAsync(TimeSpan time) => Task.Delay(time, _request.Settings.Time, _end);

    /// <summary>Waits for something, unless the stream is to end.</summary>
    /// <returns>False where it took longer than <paramref name="patience"/>.</returns>
    public async Task<bool> WaitAsync(Task something, TimeSpan patience)
    {
        try
        {
            await something.WaitAsync(patience, _request.Settings.Time, _end);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
