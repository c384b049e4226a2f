using System.Diagnostics;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>Messages of one length behind each other on one stream; for each that has come back whole, one more is sent.</summary>
public sealed class MessageLoad(QuicLoadCell cell) : QuicLoad
{
    private readonly byte[] _message = new byte[cell.Length];
    private readonly Queue<long> _underWay = [];
    private long _streamId = -1;
    private int _taken;
    private int _received;

    public override void Fill(IQuicLink link)
    {
        if (IsStopped || (_streamId < 0 && !link.TryOpen(out _streamId)))
        {
            return;
        }

        while (_taken > 0 || _underWay.Count < cell.InFlight)
        {
            int taken = link.Send(_streamId, _message.AsSpan(_taken), endStream: false);
            if (_taken == 0 && taken > 0)
            {
                _underWay.Enqueue(Stopwatch.GetTimestamp());
            }

            _taken += taken;
            if (_taken < _message.Length)
            {
                return;
            }

            _taken = 0;
        }
    }

    public override void OnData(IQuicLink link, long streamId, int count, bool ends)
    {
        for (_received += count; _received >= _message.Length && _underWay.Count > 0; _received -= _message.Length)
        {
            CountEcho(_underWay.Dequeue());
        }

        Fill(link);
    }

    public override void OnDatagram(IQuicLink link, ReadOnlySpan<byte> datagram)
    {
    }
}
