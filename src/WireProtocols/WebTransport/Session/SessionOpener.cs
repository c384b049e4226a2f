namespace WireProtocols.WebTransport;

/// <summary>Opens a session that is accepted, on either side, and hands out what has waited for that in the order in which it came.</summary>
internal sealed class SessionOpener(
    ConnectionTerms terms,
    SessionStreams streams,
    SessionCapsules capsules,
    TunnelReader tunnel,
    WaitingRoom waiting,
    Queue<WebTransportEvent> events)
{
    /// <summary>The server accepts the session; a client has been told so.</summary>
    public void Open(SessionState session, string? protocol)
    {
        session.Open(protocol);
        session.Opened = terms.Options.TimeProvider.GetTimestamp();
        WebTransportMetrics.SessionOpened(terms.Role);
        if (terms.GivesCredit)
        {
            session.Credit.BeginReceiving(terms.Local, terms.Options, isHeld: terms.Negotiation.FlowControl);
        }

        session.Tunnel.Begin(terms.Dialect.GetValueOrDefault(), terms.Negotiation.FlowControl);
        capsules.GiveCredit(session);
        ReleaseWaiting(session);
        tunnel.ReceiveHeld(session);
    }

    private void ReleaseWaiting(SessionState session)
    {
        foreach (QuicStreamState stream in waiting.FindStreams(session.Id))
        {
            // The one before may have ended the session, and with it all that waited.
            if (session.IsOpen)
            {
                Release(session, stream, waiting.Leave(stream));
            }
        }

        foreach (byte[] datagram in waiting.TakeDatagrams(session.Id))
        {
            if (session.IsOpen)
            {
                WebTransportMetrics.DatagramReceived(datagram.Length);
                events.Enqueue(new WebTransportEvent(WebTransportEventKind.Datagram, session.Handle) { Data = datagram });
            }
        }
    }

    private void Release(SessionState session, QuicStreamState stream, WaitingStream waited)
    {
        byte[] data = waited.Take();
        if (streams.TryAttach(session, stream))
        {
            streams.Receive(stream, data, waited.HasEnded);
        }

        if (session.IsOpen && waited.Reset is (long errorCode, long finalSize))
        {
            streams.ReceiveReset(stream, errorCode, finalSize);
        }

        streams.Forget(stream);
    }
}
