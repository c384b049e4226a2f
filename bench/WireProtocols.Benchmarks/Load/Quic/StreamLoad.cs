using System.Diagnostics;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>Streams: each carries one message and is finished with it; when its echo has ended too, the next is opened.</summary>
public sealed class StreamLoad(QuicLoadCell cell) : QuicLoad
{
    private readonly byte[] _message = new byte[cell.Length];
    private readonly Dictionary<long, (long SentAt, int Received)> _streams = [];

    /// <summary>A stream whose message was not taken whole.</summary>
    private long _waiting = -1;
    private int _taken;

    public override void Fill(IQuicLink link)
    {
        while (!IsStopped && TrySendRest(link) && _streams.Count < cell.InFlight && link.TryOpen(out long streamId))
        {
            _streams[streamId] = (Stopwatch.GetTimestamp(), 0);
            (_waiting, _taken) = (streamId, 0);
        }
    }

    public override void OnData(IQuicLink link, long streamId, int count, bool ends)
    {
        if (!_streams.TryGetValue(streamId, out (long SentAt, int Received) stream))
        {
            return;
        }

        stream.Received += count;
        _streams[streamId] = stream;
        if (ends)
        {
            if (stream.Received != cell.Length)
            {
                throw new InvalidOperationException($"The echo of stream {streamId} has {stream.Received} bytes.");
            }

            _streams.Remove(streamId);
            CountEcho(stream.SentAt);
            Fill(link);
        }
    }

    public override void OnDatagram(IQuicLink link, ReadOnlySpan<byte> datagram)
    {
    }

    private bool TrySendRest(IQuicLink link)
    {
        if (_waiting >= 0)
        {
            _taken += link.Send(_waiting, _message.AsSpan(_taken), endStream: true);
            _waiting = _taken == _message.Length ? -1 : _waiting;
        }

        return _waiting < 0;
    }
}
