using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>This side's control stream (RFC 9114 §6.2.1): SETTINGS at the start, and GOAWAY.</summary>
internal sealed class ControlStreamWriter
{
    private readonly ConnectionTerms _terms;
    private readonly StreamTable _streams;
    private readonly QuicStreamState _stream;
    private readonly ArrayBufferWriter<byte> _scratch = new();

    /// <summary>Opens the stream and sends SETTINGS.</summary>
    public ControlStreamWriter(ConnectionTerms terms, StreamTable streams)
    {
        _terms = terms;
        _streams = streams;
        _stream = streams.Open(WebTransportStreamDirection.Unidirectional);
        _stream.Use = QuicStreamUse.Control;
        QuicVarInt.Encode(Http3StreamType.Control, _scratch.GetSpan(QuicVarInt.MaxLength), out int written);
        _scratch.Advance(written);
        Http3FrameEncoder.WriteSettings(terms.Local.ToHttp3(), _scratch);
        Send();
    }

    /// <summary>Sends GOAWAY, once.</summary>
    /// <param name="nextRequest">For a server: the first request that it will not look at.</param>
    public void GoAway(long nextRequest)
    {
        if (_terms.FirstRejected != long.MaxValue)
        {
            return;
        }

        // A server says which requests it will not look at, a client which pushes it will not: all of them (RFC 9114 §5.2).
        _terms.FirstRejected = _terms.Role == WebTransportRole.Server ? nextRequest : 0;
        Http3FrameEncoder.WriteId(Http3FrameType.GoAway, _terms.FirstRejected, _scratch);
        Send();
    }

    private void Send()
    {
        _streams.Send(_stream, _scratch.WrittenSpan, endStream: false);
        _scratch.ResetWrittenCount();
    }
}
