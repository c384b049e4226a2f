using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Capture;

/// <summary>
/// One direction of a TCP connection, put in order again. What comes out of order is held until what is before it comes; what never comes counts as
/// lost once the peer has acknowledged it and much has come since, or the hold is full, or the connection ends.
/// </summary>
internal sealed class TcpDirection(TrafficView view, int stream, TrafficSide side)
{
    private const int MostHeld = 1024 * 1024;
    private const int MostHeldSegments = 4096;
    private const int MostHeldBehindAcknowledged = 16;

    private readonly SortedDictionary<long, byte[]> _held = [];
    private int _heldBytes;
    private uint _next;
    private bool _hasBegun;
    private long _position;
    private long _end = long.MaxValue;
    private long _acknowledged;

    /// <summary>Whether everything up to the FIN has come.</summary>
    public bool IsClosed { get; private set; }

    private bool HoldsTooMuch => _heldBytes > MostHeld || _held.Count > MostHeldSegments;

    /// <summary>The SYN of this direction.</summary>
    public void Begin(uint sequence)
    {
        if (!_hasBegun)
        {
            _next = sequence + 1;
            _hasBegun = true;
        }
    }

    /// <summary>A segment of this direction.</summary>
    public void Add(uint sequence, ReadOnlySpan<byte> data, bool isFin)
    {
        if (IsClosed)
        {
            return;
        }

        if (!_hasBegun)
        {
            _next = sequence;
            _hasBegun = true;
        }

        // Sequence numbers wrap around; what is less than half of them away is behind or before.
        long offset = _position + (int)(sequence - _next);
        if (isFin)
        {
            _end = Math.Min(_end, offset + data.Length);
        }

        if (!data.IsEmpty)
        {
            Place(offset, data);
        }

        Drain();
    }

    /// <summary>The peer has received everything before this sequence number.</summary>
    public void Acknowledge(uint sequence)
    {
        if (_hasBegun)
        {
            _acknowledged = Math.Max(_acknowledged, _position + (int)(sequence - _next));
            Drain();
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void End()
    {
        while (!IsClosed && _held.Count > 0)
        {
            SkipToHeld();
        }

        if (!IsClosed)
        {
            IsClosed = true;
            view.Close(stream, side);
        }
    }

    private void Place(long offset, ReadOnlySpan<byte> data)
    {
        long end = offset + data.Length;
        if (end <= _position)
        {
            view.TellSegment(stream, side, "retransmission", Math.Max(0, offset), data.Length);
            return;
        }

        if (offset > _position)
        {
            if (!_held.TryGetValue(offset, out byte[]? same) || same.Length < data.Length)
            {
                view.TellSegment(stream, side, "out-of-order", offset, data.Length);
                _heldBytes += data.Length - (same?.Length ?? 0);
                _held[offset] = data.ToArray();
            }

            return;
        }

        Deliver(data[(int)(_position - offset)..]);
    }

    private void Drain()
    {
        while (!IsClosed && _held.Count > 0)
        {
            (long offset, byte[] data) = _held.First();
            if (offset <= _position)
            {
                Unhold(offset, data);
                if (offset + data.Length > _position)
                {
                    Deliver(data.AsSpan((int)(_position - offset)));
                }
            }
            else if (HoldsTooMuch || (_acknowledged >= offset && _held.Count >= MostHeldBehindAcknowledged))
            {
                SkipToHeld();
            }
            else
            {
                break;
            }
        }

        if (!IsClosed && _position >= _end)
        {
            IsClosed = true;
            view.Close(stream, side);
        }
    }

    /// <summary>What is before the first held bytes is lost.</summary>
    private void SkipToHeld()
    {
        (long offset, byte[] data) = _held.First();
        if (offset > _position)
        {
            view.Skip(stream, side, offset - _position);
            _next += (uint)(offset - _position);
            _position = offset;
        }

        Unhold(offset, data);
        if (offset + data.Length > _position)
        {
            Deliver(data.AsSpan((int)(_position - offset)));
        }
    }

    private void Unhold(long offset, byte[] data)
    {
        _held.Remove(offset);
        _heldBytes -= data.Length;
    }

    private void Deliver(ReadOnlySpan<byte> data)
    {
        view.Add(stream, side, data);
        _position += data.Length;
        _next += (uint)data.Length;
    }
}
