using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <content>The control streams: SETTINGS, GOAWAY.</content>
public sealed partial class WebTransportConnection
{
    private const int MaxControlFrameSize = 16 * 1024;

    private WebTransportNegotiation _negotiation;
    private long _peerGoAway = long.MaxValue;
    private long _maxPushId = -1;
    private long _localGoAway = long.MaxValue;
    private long _controlStream;
    private long _highestRequest = -4;

    /// <summary>
    /// Tells the peer that new sessions are not accepted any more (RFC 9114 §5.2); those there are go on. Drain or close them next.
    /// </summary>
    public void GoAway()
    {
        if (_closed || _localGoAway != long.MaxValue)
        {
            return;
        }

        // A server says which requests it will not look at, a client which pushes it will not: all of them.
        _localGoAway = Role == WebTransportRole.Server ? _highestRequest + 4 : 0;
        _scratch.ResetWrittenCount();
        Http3FrameEncoder.WriteId(Http3FrameType.GoAway, _localGoAway, _scratch);
        _output.SendStream(_controlStream, _scratch.WrittenSpan, false);
    }

    private void SendSettings()
    {
        QuicStreamState stream = OpenLocal(unidirectional: true);
        stream.Use = QuicStreamUse.Control;
        _controlStream = stream.Id;
        QuicVarInt.Encode(Http3StreamType.Control, _scratch.GetSpan(QuicVarInt.MaxLength), out int written);
        _scratch.Advance(written);
        Http3FrameEncoder.WriteSettings(_local.ToHttp3(), _scratch);
        _output.SendStream(stream.Id, _scratch.WrittenSpan, false);
    }

    private void OnControl(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        stream.Frames ??= new Http3FrameDecoder(Http3StreamKind.Control, MaxControlFrameSize);
        OperationStatus status;
        while ((status = stream.Frames.Decode(data, out int consumed, out Http3Frame frame)) == OperationStatus.Done)
        {
            data = data[consumed..];
            OnControlFrame(frame);
            if (_closed)
            {
                return;
            }
        }

        if (status == OperationStatus.InvalidData)
        {
            Fail(stream.Frames.Error);
        }
        else if (endStream)
        {
            Fail(WebTransportProtocolError.CriticalStreamClosed);
        }
    }

    private void OnControlFrame(in Http3Frame frame)
    {
        switch (frame.Type)
        {
            case Http3FrameType.Settings:
                OnSettings(frame.Payload);
                break;
            case Http3FrameType.GoAway:
                OnGoAway(frame.Id);
                break;
            case Http3FrameType.MaxPushId:
                OnMaxPushId(frame.Id);
                break;
            default:
                // CANCEL_PUSH: there has never been a push to cancel, so its id is beyond what was allowed or promised (RFC 9114 §7.2.3).
                Fail(WebTransportProtocolError.InvalidId);
                break;
        }
    }

    private void OnSettings(ReadOnlySpan<byte> payload)
    {
        if (Http3Settings.Parse(payload, out Http3Settings settings, out WebTransportProtocolError error, out _) != OperationStatus.Done)
        {
            Fail(error);
            return;
        }

        PeerSettings = settings;
        _negotiation = WebTransportNegotiation.Negotiate(Role, _local, settings);
        if (_negotiation.Error == WebTransportProtocolError.InvalidSettingValue)
        {
            Fail(_negotiation.Error);
            return;
        }

        Enqueue(new WebTransportEvent(WebTransportEventKind.Ready) { Error = _negotiation.Error });
        ReleaseWaitingForSettings();
    }

    private void OnGoAway(long id)
    {
        // A server names a request, and "A client MUST treat receipt of a GOAWAY frame containing a stream ID of any other type as a
        // connection error of type H3_ID_ERROR"; "the identifier in each frame MUST NOT be greater than the identifier in any previous".
        if (id > _peerGoAway || (Role == WebTransportRole.Client && (id & 3) != 0))
        {
            Fail(WebTransportProtocolError.InvalidId);
            return;
        }

        _peerGoAway = id;
        Enqueue(new WebTransportEvent(WebTransportEventKind.GoAway));
    }

    private void OnMaxPushId(long id)
    {
        // "A client MUST treat the receipt of a MAX_PUSH_ID frame as a connection error of type H3_FRAME_UNEXPECTED" (§7.2.7).
        if (Role == WebTransportRole.Client)
        {
            Fail(WebTransportProtocolError.FrameUnexpected);
        }
        else if (id < _maxPushId)
        {
            Fail(WebTransportProtocolError.InvalidId);
        }

        _maxPushId = id;
    }
}
