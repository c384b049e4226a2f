using System.Buffers;
using System.Text;

namespace WireProtocols.WebTransport;

/// <summary>Does to sessions what the capsules on their CONNECT streams say (draft-ietf-webtrans-http3 §5.6, §6; RFC 9297 §3.5).</summary>
internal sealed class TunnelReader(SessionTable sessions, WaitingRoom waiting, int maxDatagramSize, Queue<WebTransportEvent> events)
{
    /// <summary>The content of DATA frames on the CONNECT stream.</summary>
    public void Receive(SessionState session, ReadOnlyMemory<byte> data)
    {
        if (session.IsOpen || session.IsEnding)
        {
            Decode(session, data);
        }
        else if (session.IsPending)
        {
            // "A server MUST NOT process these bytes as capsules until it sends a 2xx response accepting the session"
            // (draft-ietf-webtrans-http3 §3.2).
            if (waiting.TryHold(data.Length))
            {
                session.Tunnel.Hold(data.Span);
            }
            else
            {
                sessions.Fail(session, WebTransportProtocolError.EarlyDataTooLarge);
            }
        }
        else if (session.Tunnel.IsCloseReceived && !data.IsEmpty)
        {
            // "If any additional stream data is received on the CONNECT stream after receiving a WT_CLOSE_SESSION capsule, the stream MUST
            // be reset with code H3_MESSAGE_ERROR" (draft-ietf-webtrans-http3 §6).
            sessions.Fail(session, WebTransportProtocolError.DataAfterClose);
        }
    }

    /// <summary>The peer has finished the CONNECT stream.</summary>
    public void ReceiveEnd(SessionState session)
    {
        if (session.IsPending)
        {
            session.Tunnel.HoldEnd();
        }
        else if (session.IsOpen || session.IsEnding)
        {
            if (!session.Tunnel.TryComplete())
            {
                sessions.Fail(session, WebTransportProtocolError.CapsuleTruncated);
                return;
            }

            // "Cleanly terminating a CONNECT stream without a WT_CLOSE_SESSION capsule SHALL be semantically equivalent to terminating it
            // with a WT_CLOSE_SESSION capsule that has an error code of 0 and an empty error string" (draft-ietf-webtrans-http3 §6).
            sessions.CloseByPeer(session, 0, "");
        }
    }

    /// <summary>The session has been accepted: what came before is read now.</summary>
    public void ReceiveHeld(SessionState session)
    {
        byte[] held = session.Tunnel.TakeHeld();
        if (held.Length > 0)
        {
            waiting.Release(held.Length);
            Receive(session, held);
        }

        if (session.IsOpen && session.Tunnel.HasHeldEnd)
        {
            ReceiveEnd(session);
        }
    }

    private void Decode(SessionState session, ReadOnlyMemory<byte> data)
    {
        SessionTunnel tunnel = session.Tunnel;
        OperationStatus status;
        while ((status = tunnel.Decode(data.Span, out int consumed, out CapsulePart capsule)) == OperationStatus.Done)
        {
            ReadOnlyMemory<byte> taken = data[..consumed];
            data = data[consumed..];
            Apply(session, capsule, taken);
            if (tunnel.IsCloseReceived && !data.IsEmpty)
            {
                sessions.Fail(session, WebTransportProtocolError.DataAfterClose);
            }

            if (session.IsClosed && !session.IsEnding)
            {
                return;
            }
        }

        if (status == OperationStatus.InvalidData)
        {
            sessions.Fail(session, tunnel.Error);
        }
    }

    private void Apply(SessionState session, in CapsulePart capsule, ReadOnlyMemory<byte> taken)
    {
        switch (capsule.Type)
        {
            case CapsuleType.CloseSession:
                session.Tunnel.IsCloseReceived = true;
                sessions.CloseByPeer(session, capsule.Code, Encoding.UTF8.GetString(capsule.Reason));
                break;
            case var _ when session.IsEnding:
                // It is over: only the close that says why is of interest.
                break;
            case CapsuleType.DrainSession:
                session.IsDraining = true;
                events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionDraining, session.Handle));
                break;
            case CapsuleType.MaxStreamData or CapsuleType.StreamDataBlocked:
                sessions.Fail(session, WebTransportProtocolError.ProhibitedCapsule);
                break;
            case CapsuleType.MaxData or CapsuleType.MaxStreamsBidi or CapsuleType.MaxStreamsUni:
                RaiseLimit(session, capsule);
                break;
            case CapsuleType.DataBlocked or CapsuleType.StreamsBlockedBidi or CapsuleType.StreamsBlockedUni:
                // "used as input to tuning of flow control algorithms and for debugging purposes": credit never waits for them.
                break;
            default:
                // Unknown types are skipped by the decoder, so this is a DATAGRAM. Its payload is a slice of what was fed, at its end.
                ReceiveDatagram(session, capsule, taken[^capsule.Payload.Length..]);
                break;
        }
    }

    private void RaiseLimit(SessionState session, in CapsulePart capsule)
    {
        if (session.Credit.TryRaise(capsule))
        {
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.LimitsRaised, session.Handle));
        }
        else
        {
            sessions.Fail(session, WebTransportProtocolError.LimitNotIncreased);
        }
    }

    private void ReceiveDatagram(SessionState session, in CapsulePart capsule, ReadOnlyMemory<byte> piece)
    {
        if (session.Tunnel.TryGather(capsule, piece, maxDatagramSize, out ReadOnlyMemory<byte> payload))
        {
            WebTransportMetrics.DatagramReceived(payload.Length);
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.Datagram, session.Handle) { Data = payload });
        }
        else if (capsule.IsFirst && capsule.Length > maxDatagramSize)
        {
            WebTransportMetrics.DatagramTooLarge(isSent: false);
        }
    }
}
