namespace WireProtocols.ServerSentEvents;

/// <summary>One response of a client: its body as a reader, and the time without a byte after which it counts as lost.</summary>
internal sealed class EventStreamConnection : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly TimeSpan _idleTimeout;
    private readonly ITimer? _idle;

    public EventStreamConnection(HttpResponseMessage response, Stream body, EventStreamClientOptions options, string lastEventId)
    {
        _response = response;
        _idleTimeout = options.IdleTimeout;
        Reader = new EventStreamReader(body, options.Stream, lastEventId);
        if (_idleTimeout != Timeout.InfiniteTimeSpan)
        {
            _idle = options.TimeProvider.CreateTimer(
                static state => ((EventStreamReader)state!).CancelPendingRead(), Reader, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public EventStreamReader Reader { get; }

    /// <summary>Waits for bytes, no longer than the idle timeout.</summary>
    /// <exception cref="OperationCanceledException">It took longer, or <see cref="Abort"/> was called.</exception>
    public ValueTask<bool> WaitToReadAsync() => _idle is null ? Reader.WaitToReadAsync(CancellationToken.None) : WaitTimedAsync(_idle);

    /// <summary>Ends a wait under way.</summary>
    public void Abort() => Reader.CancelPendingRead();

    public void Dispose()
    {
        _idle?.Dispose();
        Reader.Dispose();
        _response.Dispose();
    }

    private async ValueTask<bool> WaitTimedAsync(ITimer idle)
    {
        idle.Change(_idleTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
