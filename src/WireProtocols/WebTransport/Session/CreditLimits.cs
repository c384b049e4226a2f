namespace WireProtocols.WebTransport;

/// <summary>What the peer allows this side, of bytes or of streams.</summary>
internal struct SendLimit(long maximum)
{
    /// <summary>The limit that the peer was told about with a …_BLOCKED, or -1.</summary>
    private long _blockedAt = -1;

    private long _used;

    /// <summary>How much is allowed since the session began.</summary>
    public long Maximum { get; private set; } = maximum;

    /// <summary>Takes as much as is allowed.</summary>
    /// <returns>How much of what was wanted.</returns>
    public long Take(long wanted)
    {
        long allowed = Math.Clamp(Maximum - _used, 0, wanted);
        _used += allowed;
        return allowed;
    }

    /// <summary>This side would send more than is allowed.</summary>
    /// <returns>True the first time for each limit: the peer is to be told.</returns>
    public bool TryBlock()
    {
        bool first = _blockedAt != Maximum;
        _blockedAt = Maximum;
        return first;
    }

    /// <returns>False where the new limit is no increase.</returns>
    public bool TryRaise(long maximum)
    {
        if (maximum <= Maximum)
        {
            return false;
        }

        Maximum = maximum;
        _blockedAt = -1;
        return true;
    }
}

/// <summary>What this side allows the peer, of bytes or of streams: one window beyond what has been given back.</summary>
internal struct ReceiveLimit(long maximum, long window)
{
    private long _used;
    private long _returned;

    /// <summary>How much is allowed since the session began.</summary>
    public long Maximum { get; private set; } = maximum;

    /// <returns>False where the peer took more than is allowed.</returns>
    public bool TryTake(long count)
    {
        if (count > Maximum - _used)
        {
            return false;
        }

        _used += count;
        return true;
    }

    /// <summary>So much has been consumed.</summary>
    public void Return(long count) => _returned += count;

    /// <summary>Raises the limit when half a window has been used up, or when it was 0.</summary>
    /// <param name="most">The largest limit there is.</param>
    /// <returns>True where <see cref="Maximum"/> has risen: the peer is to be told.</returns>
    public bool TryRaise(long most)
    {
        long next = Math.Min(most, _returned + window);
        if (next - Maximum < Math.Max(1, window / 2) && !(Maximum == 0 && next > 0))
        {
            return false;
        }

        Maximum = next;
        return true;
    }
}
