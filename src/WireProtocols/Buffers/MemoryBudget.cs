namespace WireProtocols.Buffers;

/// <summary>
/// A bound on what many connections hold together: bytes that wait for peers to read them (<see cref="SocketTransport.Budget"/>), messages under way.
/// Where more waits, a flush of any of those transports waits until its own peer has read all.
/// </summary>
public sealed class MemoryBudget
{
    private readonly long _limit;
    private long _held;

    /// <summary>Sets the limit.</summary>
    /// <param name="limit">Bytes.</param>
    public MemoryBudget(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _limit = limit;
    }

    /// <summary>Whether more is held than may be.</summary>
    public bool IsExhausted => Volatile.Read(ref _held) > _limit;

    /// <summary>Takes note of what is held whatever the limit says; negative for what is given back.</summary>
    public void Add(long count) => Interlocked.Add(ref _held, count);

    /// <summary>Takes room for so many bytes.</summary>
    /// <returns>False where there is none; nothing is taken then.</returns>
    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _held, count) <= _limit)
        {
            return true;
        }

        Interlocked.Add(ref _held, -count);
        return false;
    }
}
