namespace WireProtocols.ServerSentEvents;

/// <summary>Tells the instruments how many events wait for one writer. What still waits when that leaves waits no longer.</summary>
internal sealed class EventStreamQueueCount
{
    private readonly Lock _lock = new();
    private int _count;
    private bool _hasEnded;

    /// <summary>More waits, or, where it is negative, less.</summary>
    public void Change(int events)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _count += events;
        }

        EventStreamMetrics.QueueChanged(events);
    }

    /// <summary>The writer has left.</summary>
    public void End()
    {
        int left;
        lock (_lock)
        {
            left = _count;
            _count = 0;
            _hasEnded = true;
        }

        EventStreamMetrics.QueueChanged(-left);
    }
}
