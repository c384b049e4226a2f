namespace WireProtocols.Transports;

/// <summary>
/// What was flushed on a loop's thread and has not been sent yet: all that the handlers of one wake-up write to a connection goes out in one system
/// call. The loop sends it before it waits. Only the loop's thread uses it.
/// </summary>
internal sealed class DeferredFlushes
{
    [ThreadStatic]
    private static DeferredFlushes? _current;

    private readonly List<IDeferredFlush> _flushes = [];

    /// <summary>The one of the loop that runs on this thread; null on any other thread.</summary>
    public static DeferredFlushes? Current => _current;

    /// <summary>Makes this the one of the thread.</summary>
    public void Enter() => _current = this;

    /// <summary>Sends it later.</summary>
    public void Add(IDeferredFlush flush) => _flushes.Add(flush);

    /// <summary>Sends all. What runs meanwhile may add more, which is sent too.</summary>
    public void SendAll()
    {
        for (int i = 0; i < _flushes.Count; i++)
        {
            _flushes[i].Send();
        }

        _flushes.Clear();
    }
}
