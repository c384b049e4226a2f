using System.Buffers;

namespace WireProtocols.WebTransport;

/// <content>Sessions: their streams, their datagrams, their end.</content>
public sealed partial class WebTransportConnection
{
    /// <summary>The stack received a QUIC DATAGRAM frame.</summary>
    /// <param name="datagram">Its payload; it has to stay as it is until the events have been read.</param>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveDatagram(ReadOnlyMemory<byte> datagram)
    {
        ThrowIfUnread();
        if (_closed)
        {
            return;
        }

        OperationStatus status = HttpDatagram.Decode(datagram.Span, out HttpDatagram decoded);
        if (status != OperationStatus.Done)
        {
            Fail(status == OperationStatus.InvalidData ? WebTransportProtocolError.QuarterStreamIdTooLarge : WebTransportProtocolError.DatagramTruncated);
        }
        else if (_sessions.TryGetValue(decoded.StreamId, out WebTransportSession? session))
        {
            OnDatagram(session, datagram[^decoded.Payload.Length..]);
        }
        else if (Role == WebTransportRole.Server && !_closedSessions.Contains(decoded.StreamId) && decoded.StreamId < _localGoAway)
        {
            // "the receiver SHALL either drop that datagram silently or buffer it temporarily" (RFC 9297 §2.1).
            BufferDatagram(decoded.StreamId, decoded.Payload);
        }
    }

    private void OnDatagram(WebTransportSession session, ReadOnlyMemory<byte> payload)
    {
        if (session.IsOpen)
        {
            Enqueue(new WebTransportEvent(WebTransportEventKind.Datagram, session) { Data = payload });
        }
        else if (session.IsPending)
        {
            BufferDatagram(session.Id, payload.Span);
        }
    }

    /// <summary>Makes the stream one of the session's, or ends the session where it has too many.</summary>
    private void Attach(WebTransportSession session, QuicStreamState stream)
    {
        stream.Session = session;
        stream.Use = QuicStreamUse.Data;
        if (session.TryAddStream(stream))
        {
            Enqueue(new WebTransportEvent(WebTransportEventKind.StreamOpened, session, stream.Id));
        }
    }

    private void OnData(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        WebTransportSession session = stream.Session!;
        stream.ReceivedData += data.Length;
        if (!session.TryReceiveData(data.Length))
        {
            return;
        }

        if (!data.IsEmpty)
        {
            Enqueue(new WebTransportEvent(WebTransportEventKind.StreamData, session, stream.Id) { Data = data });
        }

        if (endStream)
        {
            stream.IsReceiveDone = true;
            Enqueue(new WebTransportEvent(WebTransportEventKind.StreamFinished, session, stream.Id));
        }
    }

    private void OnDataReset(QuicStreamState stream, long errorCode, long finalSize)
    {
        stream.IsReceiveDone = true;

        // "For streams that were reset, implementing WT_MAX_DATA requires that the QUIC stack provide the WebTransport implementation with
        // information about the final size of streams" (§5.4): what never arrived counts too, and is consumed at once.
        WebTransportSession session = stream.Session!;
        long lost = Math.Max(0, finalSize - stream.ReceivedHeaderSize - stream.ReceivedData);
        if (lost > 0 && !session.TryReceiveData(lost))
        {
            return;
        }

        session.OnConsumed(lost);
        Enqueue(new WebTransportEvent(WebTransportEventKind.StreamReset, session, stream.Id) { ErrorCode = errorCode, Code = ToApplicationCode(errorCode) });
    }

    internal bool MayOpenStream => !_closed && _streams.Count < Options.MaxStreams;

    internal long OpenStream(WebTransportSession session, WebTransportStreamDirection direction)
    {
        QuicStreamState stream = OpenLocal(direction == WebTransportStreamDirection.Unidirectional);
        stream.Use = QuicStreamUse.Data;
        stream.Session = session;
        session.AddLocalStream(stream);
        Span<byte> header = stackalloc byte[WebTransportStreamHeader.MaxSize];
        new WebTransportStreamHeader(direction, session.Id).Encode(header, out int size);
        stream.SentHeaderSize = size;
        _output.SendStream(stream.Id, header[..size], false);
        return stream.Id;
    }

    internal QuicStreamState? FindSendable(WebTransportSession session, long streamId)
        => _streams.TryGetValue(streamId, out QuicStreamState? stream) && stream.Session == session && stream.Use == QuicStreamUse.Data && !stream.IsSendDone
            ? stream
            : null;

    internal QuicStreamState? FindReceivable(WebTransportSession session, long streamId)
        => _streams.TryGetValue(streamId, out QuicStreamState? stream) && stream.Session == session && stream.Use == QuicStreamUse.Data && !stream.IsReceiveDone
            ? stream
            : null;

    internal void Send(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        _output.SendStream(stream.Id, data, endStream);
        if (endStream)
        {
            stream.IsSendDone = true;
            RemoveIfDone(stream);
        }
    }

    internal void Reset(QuicStreamState stream, uint code)
    {
        ResetSending(stream, WebTransportErrorCode.FromApplicationCode(code));
        RemoveIfDone(stream);
    }

    internal void Stop(QuicStreamState stream, uint code) => _output.StopSending(stream.Id, WebTransportErrorCode.FromApplicationCode(code));

    internal bool TrySendDatagram(WebTransportSession session, ReadOnlySpan<byte> payload)
    {
        int size = HttpDatagram.GetPrefixSize(session.Id) + payload.Length;
        if (_closed || size > _output.MaxDatagramSize)
        {
            return false;
        }

        _scratch.ResetWrittenCount();
        HttpDatagram.Encode(session.Id, payload, _scratch.GetSpan(size), out int written);
        _scratch.Advance(written);
        _output.SendDatagram(_scratch.WrittenSpan);
        return true;
    }

    /// <summary>Sends capsules of a session in one DATA frame.</summary>
    internal void SendCapsules(WebTransportSession session, ReadOnlySpan<byte> capsules, bool endStream)
    {
        if (!_streams.TryGetValue(session.Id, out QuicStreamState? stream) || stream.IsSendDone)
        {
            return;
        }

        _scratch.ResetWrittenCount();
        if (!capsules.IsEmpty)
        {
            Http3FrameEncoder.Write(Http3FrameType.Data, capsules, _scratch);
        }

        Send(stream, _scratch.WrittenSpan, endStream);
    }

    /// <summary>A violation of session scope: the CONNECT stream is reset with its code, and the session is over.</summary>
    internal void Fail(WebTransportSession session, WebTransportProtocolError error)
    {
        long code = error.GetErrorCode();
        if (_streams.TryGetValue(session.Id, out QuicStreamState? stream))
        {
            if (stream.IsSendDone && !_closed)
            {
                // It was finished in answer to a close, but it has to be reset all the same.
                _output.ResetStream(stream.Id, code, 0);
            }

            Discard(stream, code);
        }

        Enqueue(new WebTransportEvent(WebTransportEventKind.Violation, session, session.Id) { Error = error, ErrorCode = code, Scope = WebTransportErrorScope.Session });
        if (EndSession(session))
        {
            Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session, session.Id) { Error = error, ErrorCode = code });
        }
    }

    /// <summary>The peer closed the session: with a capsule, or by finishing its CONNECT stream.</summary>
    internal void CloseByPeer(WebTransportSession session, uint code, string reason)
    {
        if (!EndSession(session))
        {
            return;
        }

        // "The recipient MUST either close or reset the stream in response."
        SendCapsules(session, default, endStream: true);
        Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session, session.Id) { Code = code }.WithReason(reason));
    }

    /// <summary>
    /// Ends a session: "Upon learning that the session has been terminated, the endpoint MUST reset the send side and abort reading on the
    /// receive side of all unidirectional and bidirectional streams associated with the session using the WT_SESSION_GONE error code".
    /// </summary>
    /// <returns>False where it was over already.</returns>
    internal bool EndSession(WebTransportSession session)
    {
        if (!session.TryEnd())
        {
            return false;
        }

        _sessions.Remove(session.Id);
        RememberClosed(session.Id);
        ForgetWaiting(session.Id);
        foreach (QuicStreamState stream in session.TakeStreams())
        {
            RejectGone(stream);
        }

        session.Release();
        return true;
    }

    /// <summary>The CONNECT stream was closed abruptly.</summary>
    private void CloseByPeer(WebTransportSession session, long errorCode)
    {
        if (EndSession(session))
        {
            Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session, session.Id) { ErrorCode = errorCode });
        }
    }
}
