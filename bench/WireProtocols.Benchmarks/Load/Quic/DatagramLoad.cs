using System.Buffers.Binary;
using System.Diagnostics;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>Numbered datagrams; for each that comes back, or does not for a while, one more is sent.</summary>
public sealed class DatagramLoad(QuicLoadCell cell) : QuicLoad
{
    private static readonly TimeSpan Lost = TimeSpan.FromMilliseconds(250);

    private readonly byte[] _datagram = new byte[cell.Length];
    private readonly Dictionary<long, long> _underWay = [];
    private long _sent;

    /// <summary>Those of which it is known whether they came back.</summary>
    public override long Sent => _sent - _underWay.Count;

    public override void Fill(IQuicLink link)
    {
        while (!IsStopped && _underWay.Count < cell.InFlight)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_datagram, _sent);
            _underWay[_sent++] = Stopwatch.GetTimestamp();
            link.SendDatagram(_datagram);
        }
    }

    public override void OnData(IQuicLink link, long streamId, int count, bool ends)
    {
    }

    public override void OnDatagram(IQuicLink link, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length == cell.Length && _underWay.Remove(BinaryPrimitives.ReadInt64LittleEndian(datagram), out long sentAt))
        {
            CountEcho(sentAt);
            Fill(link);
        }
    }

    public override void Tick(IQuicLink link)
    {
        foreach (long number in _underWay.Where(d => Stopwatch.GetElapsedTime(d.Value) > Lost).Select(d => d.Key).ToArray())
        {
            _underWay.Remove(number);
        }

        Fill(link);
    }
}
