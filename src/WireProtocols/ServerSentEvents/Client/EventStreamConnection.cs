namespace WireProtocols.ServerSentEvents;

/// <summary>One response of a client: its body as a reader, the time without a
/// byte after which it counts as lost, and whether it brought anything.</summary>
internal sealed class EventStreamConnection : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly TimeSpan _idleTimeout;
    private readonly ITimer? _idle;
    private readonly TimeProvider _time;
    private readonly long _opened;
    private bool _hasElement;

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

        _time = options.TimeProvider;
        _opened = _time.GetTimestamp();
        EventStreamMetrics.ConnectionOpened();
    }

    public EventStreamReader Reader { get; }

    /// <summary>Whether it brought an event. A comment or a reconnection time is none: a server that sends only these makes no progress.</summary>
    public bool HasBroughtEvent { get; private set; }

    /// <summary>Waits for bytes, no longer than the idle timeout.</summary>
    /// <exception cref="OperationCanceledException">It took longer, or <see cref="Abort"/> was called.</exception>
    /// <exception cref="EventStreamProtocolException">The response has ended, and nothing in it was of an event stream.</exception>
    public async ValueTask<bool> WaitToReadAsync()
    {
        bool hasMore = _idle is null
            ? await Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false)
            : await WaitTimedAsync(_idle).ConfigureAwait(false);
        if (hasMore)
        {
            return true;
        }

        return !_hasElement && Reader.HasIgnoredBytes
            ? throw new EventStreamProtocolException(EventStreamProtocolError.NoElement, Reader.Position)
            : false;
    }

    public bool TryRead(out EventStreamElement element)
    {
        if (!Reader.TryRead(out element))
        {
            return false;
        }

        _hasElement = true;
        HasBroughtEvent |= element.Kind is EventStreamElementKind.Event or EventStreamElementKind.Skipped;
        EventStreamMetrics.Received(element.Kind);
        return true;
    }

    /// <summary>Ends a wait under way.</summary>
    public void Abort() => Reader.CancelPendingRead();

    public void Dispose()
    {
        _idle?.Dispose();
        Reader.Dispose();
        _response.Dispose();
        EventStreamMetrics.ConnectionClosed(_time.GetElapsedTime(_opened));
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
