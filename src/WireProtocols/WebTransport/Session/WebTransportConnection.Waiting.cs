namespace WireProtocols.WebTransport;

/// <content>
/// What arrives before its session is there (draft-ietf-webtrans-http3 §4.6): "endpoints SHOULD buffer streams and datagrams until they can
/// be associated with an established session. To avoid resource exhaustion, endpoints MUST limit the number of buffered streams and
/// datagrams".
/// </content>
public sealed partial class WebTransportConnection
{
    private const int ClosedSessionsRemembered = 256;

    private readonly Queue<(long SessionId, byte[] Payload)> _waitingDatagrams = new();

    /// <summary>The ids of sessions that are over, the last of them: what comes for them is not early but late.</summary>
    private readonly Queue<long> _closedSessions = new();

    /// <summary>Makes a stream wait.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="sessionId">The session that it waits for, or -1 for SETTINGS.</param>
    /// <param name="data">Its first bytes: the application's where it waits for a session.</param>
    /// <param name="endStream">It has no more.</param>
    private void BeginWaiting(QuicStreamState stream, long sessionId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (_waiting.Count == Options.MaxBufferedStreams)
        {
            // "It is up to an implementation to choose what stream or datagram to discard": the oldest, which waits in vain.
            RejectWaiting(_waiting[0]);
        }

        stream.Use = QuicStreamUse.Waiting;
        stream.SessionId = sessionId;
        _waiting.Add(stream);
        Wait(stream, data, endStream);
    }

    private void Wait(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        if (data.Length > Options.MaxBufferedBytes - BufferedBytes)
        {
            RejectWaiting(stream);
            return;
        }

        BufferedBytes += data.Length;
        stream.Pending.Append(data);
        stream.PendingEnd |= endStream;
    }

    /// <summary>"a stream MUST be closed by sending a RESET_STREAM and/or STOP_SENDING with the WT_BUFFERED_STREAM_REJECTED error code".</summary>
    private void RejectWaiting(QuicStreamState stream)
    {
        StopWaiting(stream);
        Abort(stream, WebTransportProtocolError.BufferedStreamRejected);
    }

    private void StopWaiting(QuicStreamState stream)
    {
        if (_waiting.Remove(stream))
        {
            BufferedBytes -= stream.Pending.Length;
        }
    }

    /// <summary>SETTINGS are there: what waited for them is looked at again, oldest first.</summary>
    private void ReleaseWaitingForSettings()
    {
        foreach (QuicStreamState stream in _waiting.Where(s => s.SessionId < 0).ToArray())
        {
            StopWaiting(stream);
            byte[] data = stream.Pending.Written.ToArray();
            stream.Pending.Release();
            stream.Use = QuicStreamUse.Unknown;
            (bool end, long? reset) = (stream.PendingEnd, stream.PendingReset);
            (stream.PendingEnd, stream.PendingReset) = (false, null);
            if (!_closed)
            {
                Dispatch(stream, data, end && reset is null);
            }

            if (!_closed && reset is not null && _streams.ContainsKey(stream.Id))
            {
                OnReset(stream, reset.Value, stream.PendingFinalSize);
            }
        }
    }

    /// <summary>The session is open: its streams and datagrams are handed out in the order in which they came.</summary>
    private void ReleaseWaiting(WebTransportSession session)
    {
        foreach (QuicStreamState stream in _waiting.Where(s => s.SessionId == session.Id).ToArray())
        {
            StopWaiting(stream);
            byte[] data = stream.Pending.Written.ToArray();
            stream.Pending.Release();
            if (session.IsOpen)
            {
                ReleaseStream(session, stream, data);
            }
            else
            {
                RejectGone(stream);
            }
        }

        for (int left = _waitingDatagrams.Count; left > 0; left--)
        {
            (long SessionId, byte[] Payload) datagram = _waitingDatagrams.Dequeue();
            if (datagram.SessionId != session.Id)
            {
                _waitingDatagrams.Enqueue(datagram);
                continue;
            }

            BufferedBytes -= datagram.Payload.Length;
            if (session.IsOpen)
            {
                Enqueue(new WebTransportEvent(WebTransportEventKind.Datagram, session) { Data = datagram.Payload });
            }
        }
    }

    private void ReleaseStream(WebTransportSession session, QuicStreamState stream, byte[] data)
    {
        Attach(session, stream);
        bool isReset = stream.PendingReset is not null;
        if (stream.Use == QuicStreamUse.Data)
        {
            OnData(stream, data, stream.PendingEnd && !isReset);
        }

        if (stream.Use == QuicStreamUse.Data && isReset)
        {
            OnDataReset(stream, stream.PendingReset.GetValueOrDefault(), stream.PendingFinalSize);
        }

        RemoveIfDone(stream);
    }

    /// <summary>The session will not open: what waits for it is let go.</summary>
    private void ForgetWaiting(long sessionId)
    {
        foreach (QuicStreamState stream in _waiting.Where(s => s.SessionId == sessionId).ToArray())
        {
            StopWaiting(stream);
            RejectGone(stream);
        }

        for (int left = _waitingDatagrams.Count; left > 0; left--)
        {
            (long SessionId, byte[] Payload) datagram = _waitingDatagrams.Dequeue();
            if (datagram.SessionId == sessionId)
            {
                BufferedBytes -= datagram.Payload.Length;
            }
            else
            {
                _waitingDatagrams.Enqueue(datagram);
            }
        }
    }

    private void BufferDatagram(long sessionId, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > Options.MaxBufferedBytes)
        {
            return;
        }

        // "When the number of buffered datagrams is exceeded, a datagram MUST be dropped."
        while (_waitingDatagrams.Count > 0
            && (_waitingDatagrams.Count == Options.MaxBufferedDatagrams || payload.Length > Options.MaxBufferedBytes - BufferedBytes))
        {
            BufferedBytes -= _waitingDatagrams.Dequeue().Payload.Length;
        }

        if (payload.Length <= Options.MaxBufferedBytes - BufferedBytes)
        {
            BufferedBytes += payload.Length;
            _waitingDatagrams.Enqueue((sessionId, payload.ToArray()));
        }
    }

    /// <summary>Takes capsules that came before the session was accepted into account.</summary>
    /// <returns>False where there is no room for them.</returns>
    internal bool TryBuffer(int count)
    {
        if (count > Options.MaxBufferedBytes - BufferedBytes)
        {
            return false;
        }

        BufferedBytes += count;
        return true;
    }

    internal void Unbuffer(int count) => BufferedBytes -= count;

    private void RememberClosed(long sessionId)
    {
        if (_closedSessions.Count == ClosedSessionsRemembered)
        {
            _closedSessions.Dequeue();
        }

        _closedSessions.Enqueue(sessionId);
    }

    private void RejectGone(QuicStreamState stream)
    {
        // Not the peer's fault: no violation.
        Discard(stream, WebTransportErrorCode.SessionGone);
        RemoveIfDone(stream);
    }
}
