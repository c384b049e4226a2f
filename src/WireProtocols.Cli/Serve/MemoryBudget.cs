namespace WireProtocols.Cli.Serve;

/// <summary>Counts what all connections together hold: the bytes that wait for peers to read them, and the messages under way.</summary>
internal sealed class MemoryBudget(long limit)
{
    private long _held;

    /// <summary>Whether more is held than may be.</summary>
    public bool IsExhausted => Interlocked.Read(ref _held) > limit;

    /// <summary>Takes note of what is held whatever the limit says; negative for what is given back.</summary>
    public void Add(long count) => Interlocked.Add(ref _held, count);

    /// <summary>Takes room for so many bytes.</summary>
    /// <returns>False where there is none; nothing is taken then.</returns>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _held, count) <= limit)
        {
            return true;
        }

        Interlocked.Add(ref _held, -count);
        return false;
    }
}
