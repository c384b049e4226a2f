namespace WireProtocols.Transports;

/// <summary>How much a handler on a loop's thread has flushed since its connection's last event. A handler that writes without end does not keep the
/// loop from the others for longer than that may be.</summary>
internal struct FlushTurn
{
    // It is more than a wake-up reads, so who answers what has come never gets there. A flush costs more than its bytes.
    private const int Most = 2 * SegmentSize.Largest;
    private const int FlushCost = 32;

    private long _flushed;

    /// <summary>The loop comes with an event: another turn.</summary>
    public void Begin() => _flushed = 0;

    /// <summary>Counts a flush.</summary>
    /// <returns>Whether the others are to have their turn.</returns>
    public bool IsOverWith(long count)
    {
        if (DeferredFlushes.Current is null)
        {
            return false;
        }

        _flushed += count + FlushCost;
        return _flushed > Most;
    }
}
