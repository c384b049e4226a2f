using System.Globalization;

namespace WireProtocols.WebTransport;

/// <summary>The sessions of a connection: which there are, which there were, and how one ends, with all that belongs to it.</summary>
internal sealed class SessionTable(
    ConnectionTerms terms, StreamTable streams, WaitingRoom waiting, SessionCapsules capsules, Queue<WebTransportEvent> events)
{
    private const int ClosedSessionsRemembered = 256;

    /// <summary>How a session ended, for the instruments, whose connection ended without a rule being broken.</summary>
    private const string ConnectionEnded = "connection";

    private readonly Dictionary<long, SessionState> _sessions = [];

    /// <summary>Sessions that are over, of which the application has not been told why.</summary>
    private readonly HashSet<SessionState> _ending = [];

    /// <summary>The ids of sessions that are over, the last of them: what comes for them is not early but late.</summary>
    private readonly Queue<long> _closed = new();

    public int Count => _sessions.Count;

    /// <summary>The sessions that are requested or open, as the application knows them.</summary>
    public IReadOnlyList<WebTransportSession> Handles => [.. _sessions.Values.Select(s => s.Handle)];

    public SessionState? Find(long sessionId) => _sessions.TryGetValue(sessionId, out SessionState? session) ? session : null;

    public void Add(SessionState session) => _sessions.Add(session.Id, session);

    /// <summary>True where the CONNECT request of that id may still arrive: a client knows its own, a server those that it has seen end.</summary>
    public bool MayStillBegin(long sessionId)
        => terms.Role == WebTransportRole.Server && sessionId < terms.FirstRejected && !_closed.Contains(sessionId)
            && streams.Find(sessionId)?.Use is not (QuicStreamUse.Discarded or QuicStreamUse.Data);

    /// <summary>
    /// The peer reads the CONNECT stream no more. That ends the session: "A WebTransport session over HTTP/3 is terminated when [...] the
    /// CONNECT stream is closed, either cleanly or abruptly, on either side" (draft-ietf-webtrans-http3 §6). But a peer that closes a session
    /// "MAY also send a STOP_SENDING", which overtakes its WT_CLOSE_SESSION easily. So the session's streams end here, and the application is
    /// told when the peer's side of the CONNECT stream ends, with the code and the reason that come on it.
    /// </summary>
    public void AwaitLastWord(SessionState session)
    {
        Terminate(session);
        session.BeginEnding();
        _ending.Add(session);
    }

    /// <summary>Ends a session, and all that belongs to it. The caller tells the application.</summary>
    /// <param name="session">The session.</param>
    /// <param name="outcome">How it ended, for the instruments: the application's code, a status, the rule that was broken.</param>
    /// <returns>False where it has been told before.</returns>
    public bool End(SessionState session, string outcome)
    {
        bool isEnding = session.IsEnding;
        if (!TryEnd(session, outcome))
        {
            return false;
        }

        if (isEnding)
        {
            _ending.Remove(session);
        }
        else
        {
            Terminate(session);
        }

        session.Tunnel.Dispose();
        return true;
    }

    /// <summary>Lets go a stream whose session is over. That is not the peer's fault, so it is no violation.</summary>
    public void RejectGone(QuicStreamState stream)
    {
        streams.Discard(stream, WebTransportErrorCode.SessionGone);
        streams.TryForget(stream);
    }

    /// <summary>Forgets the CONNECT stream where it is over on both sides, after the application has done something to the session.</summary>
    public void Settle(SessionState session)
    {
        if (streams.Find(session.Id) is { } stream)
        {
            streams.TryForget(stream);
        }
    }

    /// <summary>A violation of session scope: the CONNECT stream is reset with its code, and the session is over.</summary>
    public void Fail(SessionState session, WebTransportProtocolError error)
    {
        long code = error.GetErrorCode();
        if (streams.Find(session.Id) is { } stream)
        {
            if (session.StopCode is null)
            {
                // Where it was finished in answer to a close, it has to be reset all the same.
                streams.ResetAnyway(stream, code);
            }

            streams.Discard(stream, code);
        }

        WebTransportMetrics.Violated(error, WebTransportErrorScope.Session);
        events.Enqueue(new WebTransportEvent(WebTransportEventKind.Violation, session.Handle, session.Id)
        {
            Error = error,
            ErrorCode = code,
            Scope = WebTransportErrorScope.Session,
        });
        if (End(session, error.ToString()))
        {
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session.Handle, session.Id)
            {
                Error = error,
                ErrorCode = code,
            });
        }
    }

    /// <summary>This side has closed the session, or has refused it.</summary>
    public void CloseBySelf(SessionState session, uint code, string reason)
    {
        if (End(session, NameOf(code)))
        {
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session.Handle, session.Id) { Code = code }.WithReason(reason));
        }
    }

    /// <summary>The peer closed the session: with a capsule, or by finishing its CONNECT stream.</summary>
    public void CloseByPeer(SessionState session, uint code, string reason)
    {
        if (!End(session, NameOf(code)))
        {
            return;
        }

        // "The recipient MUST either close or reset the stream in response" (draft-ietf-webtrans-http3 §6).
        capsules.SendEnd(session);
        events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session.Handle, session.Id) { Code = code }.WithReason(reason));
    }

    /// <summary>The CONNECT stream was closed abruptly.</summary>
    public void CutByPeer(SessionState session, long errorCode)
    {
        if (End(session, "reset"))
        {
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session.Handle, session.Id) { ErrorCode = errorCode });
        }
    }

    /// <summary>The connection is over, and every session with it. Nothing is sent.</summary>
    /// <param name="errorCode">The code that the connection ended with.</param>
    /// <param name="error">The rule that was broken, where one was.</param>
    public void EndAll(long errorCode, WebTransportProtocolError error)
    {
        foreach (SessionState session in (IEnumerable<SessionState>)[.. _sessions.Values, .. _ending])
        {
            if (TryEnd(session, error == WebTransportProtocolError.None ? ConnectionEnded : error.ToString()))
            {
                events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session.Handle)
                {
                    ErrorCode = session.StopCode ?? errorCode,
                    Error = error,
                });
            }
        }

        Clear();
    }

    /// <summary>Forgets every session without a word.</summary>
    public void Clear()
    {
        foreach (SessionState session in (IEnumerable<SessionState>)[.. _sessions.Values, .. _ending])
        {
            TryEnd(session, ConnectionEnded);
            session.Tunnel.Dispose();
        }

        _sessions.Clear();
        _ending.Clear();
    }

    /// <summary>
    /// "Upon learning that the session has been terminated, the endpoint MUST reset the send side and abort reading on the receive side of all
    /// unidirectional and bidirectional streams associated with the session using the WT_SESSION_GONE error code"
    /// (draft-ietf-webtrans-http3 §6).
    /// </summary>
    private void Terminate(SessionState session)
    {
        _sessions.Remove(session.Id);
        RememberClosed(session.Id);
        foreach (QuicStreamState stream in waiting.FindStreams(session.Id))
        {
            waiting.Leave(stream).Dispose();
            RejectGone(stream);
        }

        WebTransportMetrics.DatagramsWithoutSession(waiting.TakeDatagrams(session.Id).Count);
        waiting.Release(session.Tunnel.HeldBytes);
        foreach (long streamId in session.TakeStreams())
        {
            RejectGone(streams.Find(streamId)!);
        }
    }

    private static string NameOf(uint code) => code.ToString(CultureInfo.InvariantCulture);

    /// <summary>Ends a session and counts that, once.</summary>
    private bool TryEnd(SessionState session, string outcome)
    {
        if (!session.TryEnd())
        {
            return false;
        }

        if (session.Opened is { } opened)
        {
            WebTransportMetrics.SessionClosed(terms.Role, outcome, terms.Options.TimeProvider.GetElapsedTime(opened));
        }
        else
        {
            WebTransportMetrics.HandshakeDone(terms.Role, outcome);
        }

        return true;
    }

    private void RememberClosed(long sessionId)
    {
        if (_closed.Count == ClosedSessionsRemembered)
        {
            _closed.Dequeue();
        }

        _closed.Enqueue(sessionId);
    }
}
