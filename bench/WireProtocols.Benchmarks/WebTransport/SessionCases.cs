using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.WebTransport;

/// <summary>A session that echoes: datagrams and pieces of a stream, in and out again.</summary>
public static class SessionCases
{
    public const int Count = 4_096;

    private static readonly NullOutput Output = new();
    private static readonly WebTransportConnection Connection = new(WebTransportRole.Server, Output);
    private static readonly byte[] Datagram = new byte[1 + 64];
    private static readonly byte[] Piece = new byte[1024];
    private static readonly WebTransportSession Session = Open();

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("datagram.session.echo64B", Count, EchoDatagrams, null, null, null);
        yield return new CompareCase("webtransport.stream.echo1KB", Count, EchoStream, null, null, null);
    }

    public static void EchoDatagrams()
    {
        for (int i = 0; i < Count; i++)
        {
            Connection.ReceiveDatagram(Datagram);
            while (Connection.TryRead(out WebTransportEvent item))
            {
                Session.SendDatagram(item.Data.Span);
            }
        }

        Sink.Keep(Output.Sent);
    }

    public static void EchoStream()
    {
        for (int i = 0; i < Count; i++)
        {
            Connection.ReceiveStream(4, Piece, false);
            while (Connection.TryRead(out WebTransportEvent item))
            {
                Session.Send(item.StreamId, item.Data.Span);
            }
        }

        Sink.Keep(Output.Sent);
    }

    private static WebTransportSession Open()
    {
        ArrayBufferWriter<byte> bytes = new();
        bytes.Write((ReadOnlySpan<byte>)[0x00]);
        Http3FrameEncoder.WriteSettings(new WebTransportSettings().ToHttp3(), bytes);
        Connection.ReceiveStream(2, bytes.WrittenMemory.ToArray(), false);
        Drain();

        bytes.Clear();
        Http3FrameEncoder.WriteHeaders(
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3")],
            bytes);
        Connection.ReceiveStream(0, bytes.WrittenMemory, false);
        Connection.TryRead(out WebTransportEvent request);
        request.Session!.Accept();
        Connection.ReceiveStream(4, new byte[] { 0x40, 0x41, 0x00 }, false);
        Drain();
        return request.Session;
    }

    private static void Drain()
    {
        while (Connection.TryRead(out _))
        {
        }
    }

    private sealed class NullOutput : IQuicOutput
    {
        public long Sent { get; private set; }

        public int MaxDatagramSize => 1200;

        public bool SupportsReliableReset => true;

        public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream) => Sent += data.Length;

        public void SendDatagram(ReadOnlySpan<byte> datagram) => Sent += datagram.Length;

        public void ResetStream(long streamId, long errorCode, long reliableSize)
        {
        }

        public void StopSending(long streamId, long errorCode)
        {
        }

        public void Close(long errorCode, string reason) => throw new InvalidOperationException(reason);
    }
}
