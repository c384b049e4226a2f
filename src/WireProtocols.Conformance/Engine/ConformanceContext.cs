namespace WireProtocols.Conformance;

/// <summary>What a case works with: the subject, the bounds, the dice of the case, and the record of what crossed the wire.</summary>
internal class ConformanceContext(
    Uri subject, ConformanceOptions options, int seed, CancellationToken stop, ConformanceShared? shared = null)
{
    private int _allowed = options.MaxConnections;
    private int _connections;
    private long _bytes;

    public Uri Subject { get; } = subject;

    public ConformanceOptions Options { get; } = options;

    /// <summary>What the cases of a run see together.</summary>
    public ConformanceShared Shared { get; } = shared ?? new ConformanceShared();

    public Random Dice { get; } = new(seed);

    /// <summary>The subject is a client that comes over a carrier: the examiner is the server.</summary>
    public bool IsOfClient { get; set; }

    public ConformanceTrace Trace { get; } = new();

    public CancellationToken Stop { get; } = stop;

    /// <summary>Raises the bound of connections for a case that is about their number.</summary>
    public void Allow(int connections) => _allowed = Math.Max(connections, _allowed);

    /// <summary>Counts a connection against the bound.</summary>
    public void CountConnection()
    {
        if (Interlocked.Increment(ref _connections) > _allowed)
        {
            throw new ConformanceEndException(ConformanceFinding.Skip($"the case needs more than {_allowed} connections"));
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
