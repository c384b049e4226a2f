using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>The peer's control stream (RFC 9114 §6.2.1): SETTINGS, GOAWAY and what there is about push.</summary>
internal sealed class ControlStreamReader(ConnectionTerms terms, Queue<WebTransportEvent> events)
{
    private const int MaxFrameSize = 16 * 1024;

    private long _maxPushId = -1;

    /// <summary>Reads frames, up to SETTINGS or to the end of what there is.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="data">What has come after its type; what is left of it afterwards is still to be read.</param>
    /// <param name="endStream">True where the peer has finished it.</param>
    /// <param name="settled">True where SETTINGS have been read: what waited for them is to be looked at before the rest.</param>
    /// <returns>A violation of connection scope, or none.</returns>
    public WebTransportProtocolError Receive(QuicStreamState stream, ref ReadOnlySpan<byte> data, bool endStream, out bool settled)
    {
        settled = false;
        stream.Frames ??= new Http3FrameDecoder(Http3StreamKind.Control, MaxFrameSize);
        OperationStatus status;
        while ((status = stream.Frames.Decode(data, out int consumed, out Http3Frame frame)) == OperationStatus.Done)
        {
            data = data[consumed..];
            WebTransportProtocolError error = Apply(frame);
            settled = frame.Type == Http3FrameType.Settings;
            if (settled || error != WebTransportProtocolError.None)
            {
                return error;
            }
        }

        return status == OperationStatus.InvalidData ? stream.Frames.Error
            : endStream ? WebTransportProtocolError.CriticalStreamClosed
            : WebTransportProtocolError.None;
    }

    private WebTransportProtocolError Apply(in Http3Frame frame) => frame.Type switch
    {
        Http3FrameType.Settings => OnSettings(frame.Payload),
        Http3FrameType.GoAway => OnGoAway(frame.Id),
        Http3FrameType.MaxPushId => OnMaxPushId(frame.Id),

        // CANCEL_PUSH: there has never been a push to cancel, so its id is beyond what was allowed or promised (RFC 9114 §7.2.3).
        _ => WebTransportProtocolError.InvalidId,
    };

    private WebTransportProtocolError OnSettings(ReadOnlySpan<byte> payload)
    {
        if (Http3Settings.Parse(payload, out Http3Settings settings, out WebTransportProtocolError error, out _) == OperationStatus.Done)
        {
            error = terms.Settle(settings);
        }

        if (error == WebTransportProtocolError.None)
        {
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.Ready) { Error = terms.Negotiation.Error });
        }

        return error;
    }

    private WebTransportProtocolError OnGoAway(long id)
    {
        // A server names a request, and "A client MUST treat receipt of a GOAWAY frame containing a stream ID of any other type as a connection
        // error of type H3_ID_ERROR"; "the identifier in each frame MUST NOT be greater than the identifier in any previous" (RFC 9114 §5.2).
        if (id > terms.PeerGoAway || (terms.Role == WebTransportRole.Client && (id & 3) != 0))
        {
            return WebTransportProtocolError.InvalidId;
        }

        terms.PeerGoAway = id;
        events.Enqueue(new WebTransportEvent(WebTransportEventKind.GoAway));
        return WebTransportProtocolError.None;
    }

    private WebTransportProtocolError OnMaxPushId(long id)
    {
        // "A client MUST treat the receipt of a MAX_PUSH_ID frame as a connection error of type H3_FRAME_UNEXPECTED" (RFC 9114 §7.2.7).
        if (terms.Role == WebTransportRole.Client)
        {
            return WebTransportProtocolError.FrameUnexpected;
        }

        if (id < _maxPushId)
        {
            return WebTransportProtocolError.InvalidId;
        }

        _maxPushId = id;
        return WebTransportProtocolError.None;
    }
}
