using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.WebTransport;

/// <summary>One direction of a pair: the packets that are under way. Any thread may send; the clock delivers on its own.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clock's timer is disposed of with the last packet.")]
internal sealed class PairLink
{
    private readonly QuicPairOptions _options;
    private readonly PairInbox _inbox;
    private readonly PairDice _dice;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<PairPacket, (TimeSpan Due, long Number)> _underWay = new();
    private readonly long _start;
    private TimeSpan _latest;
    private long _number;
    private bool _closed;

    /// <param name="options">The network.</param>
    /// <param name="direction">0 or 1: the two directions draw different numbers from one seed.</param>
    /// <param name="inbox">The far end.</param>
    public PairLink(QuicPairOptions options, int direction, PairInbox inbox)
    {
        _options = options;
        _inbox = inbox;
        _start = options.TimeProvider.GetTimestamp();
        _dice = new PairDice((2L * options.Seed) + direction);
        _timer = options.TimeProvider.CreateTimer(
            static link => ((PairLink)link!).Deliver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _options.TimeProvider.GetElapsedTime(_start);

    public void Send(in PairPacket packet)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            // The dice are thrown twice for every packet, so that neither option changes what the other chooses.
            bool lost = _dice.Hits(_options.Loss);
            bool overtaken = _dice.Hits(_options.Reordering);
            if (lost && packet.Item.Kind == QuicEventKind.Datagram && !packet.IsEnd)
            {
                return;
            }

            TimeSpan due = Now + _options.Delay
                + (lost ? _options.RetransmissionDelay : TimeSpan.Zero) + (overtaken ? _options.ReorderingDelay : TimeSpan.Zero);
            _latest = due > _latest ? due : _latest;
            _underWay.Enqueue(packet, (packet.IsEnd ? _latest : due, _number++));
            _closed = packet.IsEnd;
            DeliverDue();
        }
    }

    private void Deliver()
    {
        lock (_gate)
        {
            DeliverDue();
        }
    }

    /// <summary>Delivers what has arrived by now, and sets the clock for what comes next. The caller holds the gate.</summary>
    private void DeliverDue()
    {
        TimeSpan now = Now;
        while (_underWay.TryPeek(out PairPacket packet, out (TimeSpan Due, long Number) place))
        {
            if (place.Due > now)
            {
                // A clock that ticks a little early finds nothing due and is set again.
                TimeSpan left = place.Due - now;
                _timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
                return;
            }

            _underWay.Dequeue();
            _inbox.Deliver(packet);
            if (packet.IsEnd)
            {
                _timer.Dispose();
            }
        }
    }
}
