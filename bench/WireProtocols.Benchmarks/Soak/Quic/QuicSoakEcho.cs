using System.Globalization;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>The streams of one connection whose echo is under way. Every byte follows from its stream and its place.</summary>
internal sealed class QuicSoakEcho(QuicSoakCounts counts)
{
    private readonly Dictionary<long, EchoStream> _streams = [];

    /// <summary>Sends so many bytes on a stream that was just opened.</summary>
    public void Begin(WebTransportSession session, long streamId, int length, bool ends)
    {
        EchoStream stream = new(streamId, length, ends);
        _streams[streamId] = stream;
        stream.Send(session);
    }

    /// <summary>Nothing is expected of it any more.</summary>
    public void Forget(long streamId) => _streams.Remove(streamId);

    /// <summary>The peer has raised a limit.</summary>
    public void GoOn(WebTransportSession session)
    {
        foreach (EchoStream stream in _streams.Values.Where(s => s.IsWaiting))
        {
            stream.Send(session);
        }
    }

    public void Receive(WebTransportEvent item)
    {
        if (!_streams.TryGetValue(item.StreamId, out EchoStream? stream))
        {
            return;
        }

        bool ends = item.Kind == WebTransportEventKind.StreamFinished;
        bool isRight = stream.Take(item.Data.Span, ends);
        if (!isRight || ends)
        {
            _streams.Remove(item.StreamId);
            Interlocked.Increment(ref isRight ? ref counts.Echoed : ref counts.Wrong);
        }

        if (!isRight)
        {
            counts.AddDetail(string.Create(CultureInfo.InvariantCulture, $"stream {item.StreamId}: other bytes, or another length"));
        }
    }

    private sealed class EchoStream(long id, int length, bool ends)
    {
        private readonly byte[] _bytes = Make(id, length);
        private int _sent;
        private int _received;

        public bool IsWaiting => _sent < length;

        public void Send(WebTransportSession session) => _sent += session.Send(id, _bytes.AsSpan(_sent), ends);

        public bool Take(ReadOnlySpan<byte> data, bool isEnd)
        {
            int from = _received;
            _received += data.Length;
            return _received <= length && data.SequenceEqual(_bytes.AsSpan(from, data.Length)) && (!isEnd || _received == length);
        }

        private static byte[] Make(long id, int length)
        {
            byte[] bytes = new byte[length];
            new Random((int)id).NextBytes(bytes);
            return bytes;
        }
    }
}
