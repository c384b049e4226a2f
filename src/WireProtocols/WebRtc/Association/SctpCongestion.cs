namespace WireProtocols.WebRtc;

/// <summary>How many bytes may be on the way (RFC 9260 §7.2).</summary>
internal sealed class SctpCongestion(int packetSize)
{
    private const int InitialWindow = 4404;

    private long _threshold = int.MaxValue;
    private long _partial;
    private uint? _recoveryEnd;

    /// <summary>cwnd.</summary>
    public long Window { get; private set; } = Math.Min(4L * packetSize, Math.Max(2L * packetSize, InitialWindow));

    /// <summary>A SACK acknowledged bytes.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="cumulativeTsn">Its cumulative TSN.</param>
    /// <param name="hasAdvanced">Whether that has advanced.</param>
    /// <param name="flightBefore">How many bytes were on the way before it.</param>
    public void Acknowledge(long bytes, uint cumulativeTsn, bool hasAdvanced, long flightBefore)
    {
        if (_recoveryEnd is { } end && !SctpSerial.IsAfter(end, cumulativeTsn))
        {
            _recoveryEnd = null;
        }

        // "If cwnd is less than or equal to ssthresh", and only where the window was used.
        bool wasFull = flightBefore + packetSize > Window;
        if (Window <= _threshold)
        {
            if (hasAdvanced && wasFull && _recoveryEnd is null)
            {
                Window += Math.Min(bytes, packetSize);
            }

            return;
        }

        _partial += hasAdvanced ? bytes : 0;
        if (_partial >= Window && wasFull)
        {
            _partial -= Window;
            Window += packetSize;
        }
    }

    /// <summary>Three SACKs have reported something missing.</summary>
    /// <returns>True where that begins a recovery, whose first packet is sent whatever the window.</returns>
    public bool EnterRecovery(uint highestTsn)
    {
        if (_recoveryEnd is not null)
        {
            return false;
        }

        _recoveryEnd = highestTsn;
        Halve();
        Window = _threshold;
        return true;
    }

    /// <summary>A timer has expired.</summary>
    public void Collapse()
    {
        Halve();
        Window = packetSize;
        _recoveryEnd = null;
    }

    /// <summary>Everything that was sent is acknowledged.</summary>
    public void Rest() => _partial = 0;

    private void Halve()
    {
        _threshold = Math.Max(Window / 2, 4L * packetSize);
        _partial = 0;
    }
}
