namespace WireProtocols.WebRtc;

/// <summary>The TSN up to which the peer waits for nothing any more, and FORWARD-TSN, which tells it (RFC 3758 §3.5).</summary>
internal sealed class SctpForwardPoint(SctpOutstanding outstanding, int maxPacketSize)
{
    private readonly SctpSkips _skips = new(maxPacketSize);
    private uint _point = outstanding.Acknowledged;
    private uint? _announced;

    /// <summary>Whether the peer is to be told.</summary>
    public bool IsOwed { get; private set; }

    /// <summary>Moves it over what was given up.</summary>
    public void MoveOn()
    {
        uint point = SctpSerial.IsAfter(_point, outstanding.Acknowledged) ? _point : outstanding.Acknowledged;
        for (int next = (int)(point - outstanding.Acknowledged); next < outstanding.Count && outstanding[next].Message.IsAbandoned; next++)
        {
            point++;
        }

        IsOwed = point != outstanding.Acknowledged && (IsOwed || point != _point);
        _point = point;
    }

    /// <summary>The peer has more than it had.</summary>
    public void Advanced()
    {
        if (_announced is { } announced && !SctpSerial.IsAfter(announced, outstanding.Acknowledged))
        {
            // The peer has got there: what there was no room for follows.
            _announced = null;
            IsOwed |= SctpSerial.IsAfter(_point, outstanding.Acknowledged);
        }
    }

    /// <summary>What was told counts as lost.</summary>
    public void Expired()
    {
        MoveOn();
        IsOwed = _point != outstanding.Acknowledged;
    }

    /// <summary>Adds FORWARD-TSN where it is owed and has room. What has no room in it follows once the peer has got so far.</summary>
    /// <returns>Whether it has been added.</returns>
    public bool TryWrite(SctpPacketWriter writer)
    {
        if (!IsOwed || writer.Room < _skips.MaxSize)
        {
            return false;
        }

        IsOwed = false;
        _skips.Clear();
        uint told = outstanding.Acknowledged;
        for (int next = 0; told != _point && _skips.TryAdd(outstanding[next].Message); next++)
        {
            told++;
        }

        _announced = told == _point ? null : told;
        writer.AddForwardTsn(told, _skips.Streams);
        return true;
    }
}
