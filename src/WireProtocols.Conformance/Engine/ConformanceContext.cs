namespace WireProtocols.Conformance;

/// <summary>What a case works with: the subject, the bounds, the dice of the case, and the record of what crossed the wire.</summary>
internal class ConformanceContext(Uri subject, ConformanceOptions options, int seed, CancellationToken stop)
{
    private int _connections;
    private long _bytes;

    public Uri Subject { get; } = subject;

    public ConformanceOptions Options { get; } = options;

    public Random Dice { get; } = new(seed);

    public ConformanceTrace Trace { get; } = new();

    public CancellationToken Stop { get; } = stop;

    /// <summary>Counts a connection against the bound.</summary>
    public void CountConnection()
    {
        if (Interlocked.Increment(ref _connections) > Options.MaxConnections)
        {
            throw new ConformanceEndException(ConformanceFinding.Skip($"the case needs more than {Options.MaxConnections} connections"));
        }
    }

    /// <summary>Counts bytes against the bound, in either direction.</summary>
    public void CountBytes(int count)
    {
        if (Interlocked.Add(ref _bytes, count) > 2 * Options.MaxBytes)
        {
            throw new ConformanceEndException(ConformanceFinding.Skip($"the case needs more than {Options.MaxBytes} bytes"));
        }
    }
}
