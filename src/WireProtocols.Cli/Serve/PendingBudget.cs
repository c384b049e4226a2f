namespace WireProtocols.Cli.Serve;

/// <summary>Counts the bytes that wait for peers to read them, over all connections.</summary>
internal sealed class PendingBudget(long limit)
{
    private long _pending;

    public bool IsExhausted => Interlocked.Read(ref _pending) > limit;

    public void Add(long count) => Interlocked.Add(ref _pending, count);
}
