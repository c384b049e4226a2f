namespace WireProtocols.Buffers;

/// <summary>
/// What may wait for the peers of many transports together. Where more waits, a flush of any of them waits until its own peer has read all.
/// </summary>
public sealed class SendBudget
{
    private readonly long _limit;
    private long _held;

    /// <summary>Sets the limit.</summary>
    /// <param name="limit">Bytes.</param>
    public SendBudget(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _limit = limit;
    }

    /// <summary>Whether more is held than may be.</summary>
    public bool IsExhausted => Volatile.Read(ref _held) > _limit;

    /// <summary>Takes note of what is held whatever the limit says; negative for what is given back.</summary>
    public void Add(long count) => Interlocked.Add(ref _held, count);

    /// <summary>Takes room for so many bytes, of messages under way for instance.</summary>
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
