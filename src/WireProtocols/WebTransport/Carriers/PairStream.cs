namespace WireProtocols.WebTransport;

/// <summary>The receiving side of one stream of a pair: puts packets in order.</summary>
internal sealed class PairStream
{
    /// <summary>
    /// The packets that have come too early, by their place in the stream. A finish without data has the place after the last byte.
    /// </summary>
    private readonly SortedDictionary<(long Offset, bool IsEnd), QuicEvent> _early = [];

    private PairPacket? _reset;
    private long _next;
    private bool _ended;

    /// <summary>True while what comes is held back.</summary>
    public bool IsPaused { get; set; }

    /// <summary>True where the reset is what comes next.</summary>
    public bool HasReset => _reset is { } reset && _next >= reset.ReliableSize;

    public void Add(in PairPacket packet)
    {
        if (packet.Item.Kind == QuicEventKind.Reset)
        {
            _reset ??= packet;
        }
        else if (!_ended)
        {
            _early[(packet.Offset, packet.Item.EndStream)] = packet.Item;
        }
    }

    /// <summary>Takes what comes next, if it is there: data in order, the end, or a reset once what it has to deliver is delivered.</summary>
    public bool TryTake(out QuicEvent item)
    {
        item = default;
        if (_ended)
        {
            return false;
        }

        if (HasReset)
        {
            item = _reset!.Value.Item;
            End();
            return true;
        }

        foreach (((long Offset, bool IsEnd) place, QuicEvent early) in _early)
        {
            if (place.Offset != _next)
            {
                return false;
            }

            item = early;
            _early.Remove(place);
            _next += early.Data.Length;
            if (early.EndStream)
            {
                End();
            }

            return true;
        }

        return false;
    }

    private void End()
    {
        _ended = true;
        _early.Clear();
    }
}
