using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <content>What a stream is, from its first bytes.</content>
public sealed partial class WebTransportConnection
{
    /// <summary>Reads the type of a unidirectional stream, or whether a bidirectional one is WebTransport's.</summary>
    private void Identify(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        if (stream.Pending.Length > 0)
        {
            stream.Pending.Append(data.Span);
            data = stream.Pending.Written.ToArray();
            stream.Pending.Release();
        }

        if (QuicVarInt.Decode(data.Span, out long type, out int typeLength) != OperationStatus.Done)
        {
            IdentifyLater(stream, data.Span, endStream);
            return;
        }

        bool isWebTransport = stream.IsUnidirectional ? type == WebTransportStreamHeader.UnidirectionalType : type == WebTransportStreamHeader.BidirectionalSignal;
        if (stream.IsUnidirectional && !isWebTransport)
        {
            IdentifyUnidirectional(stream, type, data[typeLength..], endStream);
        }
        else if (!stream.IsUnidirectional && !isWebTransport && Role == WebTransportRole.Client)
        {
            // "Clients MUST treat receipt of a server-initiated bidirectional stream as a connection error of type
            // H3_STREAM_CREATION_ERROR unless such an extension has been negotiated" (RFC 9114 §6.1); the extension begins with 0x41.
            Fail(WebTransportProtocolError.StreamNotAllowed);
        }
        else if (PeerSettings is null)
        {
            // "the server MUST NOT process any incoming WebTransport requests until the client's SETTINGS have been received" (§7.1).
            BeginWaiting(stream, -1, data.Span, endStream);
        }
        else if (isWebTransport)
        {
            IdentifyData(stream, data, endStream);
        }
        else
        {
            BeginRequest(stream, data, endStream);
        }
    }

    /// <summary>The first bytes are not enough.</summary>
    private void IdentifyLater(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        if (!endStream)
        {
            stream.Pending.Append(data);
        }
        else if (!stream.IsUnidirectional)
        {
            // "A receiver MUST tolerate unidirectional streams being closed or reset prior to the reception of the unidirectional stream
            // header" (RFC 9114 §6.2); a request, however, is incomplete.
            Abort(stream, WebTransportProtocolError.RequestIncomplete);
        }
    }

    private void IdentifyUnidirectional(QuicStreamState stream, long type, ReadOnlyMemory<byte> data, bool endStream)
    {
        switch (type)
        {
            case Http3StreamType.Control:
                BeginCritical(stream, QuicStreamUse.Control, data, endStream);
                break;
            case Http3StreamType.QpackEncoder:
                stream.Qpack = new QpackStreamDecoder(fromEncoder: true);
                BeginCritical(stream, QuicStreamUse.QpackEncoder, data, endStream);
                break;
            case Http3StreamType.QpackDecoder:
                stream.Qpack = new QpackStreamDecoder(fromEncoder: false);
                BeginCritical(stream, QuicStreamUse.QpackDecoder, data, endStream);
                break;
            case Http3StreamType.Push:
                // "Only servers can push" (RFC 9114 §6.2.2), and this client never sends MAX_PUSH_ID (§4.6).
                Fail(Role == WebTransportRole.Server ? WebTransportProtocolError.StreamNotAllowed : WebTransportProtocolError.InvalidId);
                break;
            default:
                // "The recipient MUST NOT consider unknown stream types to be a connection error of any kind" (§6.2).
                Discard(stream, WebTransportErrorCode.StreamCreationError);
                break;
        }
    }

    private void BeginCritical(QuicStreamState stream, QuicStreamUse use, ReadOnlyMemory<byte> data, bool endStream)
    {
        foreach (QuicStreamState other in _streams.Values)
        {
            if (other.Use == use && !other.IsLocal)
            {
                Fail(WebTransportProtocolError.DuplicateCriticalStream);
                return;
            }
        }

        stream.Use = use;
        Dispatch(stream, data, endStream);
    }

    private void OnQpack(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        if (stream.Qpack.Decode(data, out _) == OperationStatus.InvalidData)
        {
            Fail(stream.Qpack.Error);
        }
        else if (endStream)
        {
            Fail(WebTransportProtocolError.CriticalStreamClosed);
        }
    }

    /// <summary>The peer's stream begins with WebTransport's type or signal.</summary>
    private void IdentifyData(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        OperationStatus status = WebTransportStreamHeader.Decode(data.Span, out WebTransportStreamHeader header, out int size, out WebTransportProtocolError error);
        if (status == OperationStatus.NeedMoreData)
        {
            IdentifyLater(stream, data.Span, endStream);
            return;
        }

        if (status == OperationStatus.InvalidData)
        {
            // "If an endpoint receives a session ID [...] that does not correspond to a client-initiated bidirectional stream ID, the
            // endpoint MUST close the connection with an H3_ID_ERROR error code" (§4).
            Fail(error);
            return;
        }

        if (Dialect is null)
        {
            RefuseData(stream);
            return;
        }

        stream.ReceivedHeaderSize = size;
        data = data[size..];
        if (_sessions.TryGetValue(header.SessionId, out WebTransportSession? session) && session.IsOpen)
        {
            Attach(session, stream);
            if (stream.Use == QuicStreamUse.Data)
            {
                OnData(stream, data, endStream);
            }
        }
        else if (session is { IsPending: true } || (session is null && MayStillBegin(header.SessionId)))
        {
            BeginWaiting(stream, header.SessionId, data.Span, endStream);
        }
        else
        {
            RejectGone(stream);
        }
    }

    /// <summary>There is no WebTransport on this connection: 0x54 is an unknown type, 0x41 a frame that may not be there.</summary>
    private void RefuseData(QuicStreamState stream)
    {
        if (stream.IsUnidirectional)
        {
            Discard(stream, WebTransportErrorCode.StreamCreationError);
        }
        else
        {
            Fail(Role == WebTransportRole.Server ? WebTransportProtocolError.StreamSignalMisplaced : WebTransportProtocolError.StreamNotAllowed);
        }
    }

    /// <summary>True where the CONNECT request of that id may still arrive: a client knows its own, a server those that it has seen end.</summary>
    private bool MayStillBegin(long sessionId)
        => Role == WebTransportRole.Server && !_closedSessions.Contains(sessionId) && sessionId < _localGoAway
            && !(_streams.TryGetValue(sessionId, out QuicStreamState? request) && request.Use is QuicStreamUse.Discarded or QuicStreamUse.Data);
}
