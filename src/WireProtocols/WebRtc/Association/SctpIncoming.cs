namespace WireProtocols.WebRtc;

/// <summary>What is made of each chunk that arrives, by the state of the association (RFC 9260 §5, §8.5 and §9).</summary>
internal sealed class SctpIncoming(SctpLifecycle life, SctpHandshake handshake, SctpControl control)
{
    /// <summary>Whether the tag of a packet is right for one of its chunks.</summary>
    public bool IsTagRight(uint tag, in SctpChunk chunk) => chunk.Type switch
    {
        SctpChunkType.Init or SctpChunkType.CookieEcho => true,
        SctpChunkType.Abort or SctpChunkType.ShutdownComplete => tag == (chunk.IsTagReflected ? handshake.PeerTag : handshake.LocalTag),
        SctpChunkType.ShutdownAck when life.State == SctpState.Closed => true,
        _ => tag == handshake.LocalTag,
    };

    /// <summary>Takes a chunk. False where the rest of its packet is of no use.</summary>
    public bool Take(in SctpChunk chunk, uint tag, TimeSpan now)
    {
        switch (chunk.Type)
        {
            case SctpChunkType.Init when !life.IsOver:
                TakeInit(chunk, now);
                return true;
            case SctpChunkType.InitAck when life.State == SctpState.CookieWait:
                handshake.Echo(chunk, now);
                life.Await(SctpState.CookieEchoed);
                return true;
            case SctpChunkType.CookieEcho:
                return !life.IsOver && TakeCookie(chunk, tag, now);
            case SctpChunkType.CookieAck:
                if (life.State == SctpState.CookieEchoed)
                {
                    life.Establish(SctpEventKind.Connected, now);
                }

                return true;
            case SctpChunkType.Abort when life.State != SctpState.Closed:
                TakeAbort(chunk);
                return false;
            case SctpChunkType.ShutdownAck when life.State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed:
                // "the receiver SHOULD respond … with a SHUTDOWN COMPLETE": it knows of no association any more.
                control.Chunk(tag, SctpChunkType.ShutdownComplete, 1, []);
                return false;
            case SctpChunkType.Error when life.State == SctpState.CookieEchoed:
                if (handshake.TakeError(chunk, now))
                {
                    life.Await(SctpState.CookieWait);
                }

                return true;
            default:
                return life.Link is { } link && life.State != SctpState.Closed && TakeOpen(link, chunk, now);
        }
    }

    private void TakeInit(in SctpChunk chunk, TimeSpan now)
    {
        if (life is { State: SctpState.ShutdownAckSent, Link: { } link })
        {
            // "it SHOULD discard the INIT chunk and retransmit the SHUTDOWN ACK chunk" (RFC 9260 §9.2).
            link.Beats.StartEnd(SctpChunkType.ShutdownAck, now, link.Receiver.CumulativeTsn);
        }
        else
        {
            handshake.Answer(chunk, life.State, now);
        }
    }

    private bool TakeCookie(in SctpChunk chunk, uint tag, TimeSpan now)
    {
        switch (handshake.Judge(chunk.Value, tag, life.IsNew, now, out SctpCookie cookie))
        {
            case SctpCookieCase.Restart when life is { State: SctpState.ShutdownAckSent, Link: { } link }:
                // "it MUST NOT set up a new association but instead resend the SHUTDOWN ACK chunk".
                link.Beats.StartEnd(SctpChunkType.ShutdownAck, now, link.Receiver.CumulativeTsn);
                control.Cause(cookie.Peer.InitiateTag, SctpChunkType.Error, 0, SctpCauseCode.CookieReceivedWhileShuttingDown, []);
                return false;
            case SctpCookieCase.Restart:
                control.Clear();
                handshake.Accept(cookie);
                life.Establish(life.Link is null ? SctpEventKind.Connected : SctpEventKind.Restarted, now);
                break;
            case SctpCookieCase.Collision when life.Link is not null:
                handshake.UpdatePeerTag(cookie);
                break;
            case SctpCookieCase.First or SctpCookieCase.Collision:
                handshake.Accept(cookie);
                life.Establish(SctpEventKind.Connected, now);
                break;
            case SctpCookieCase.Same:
                if (life.Link is null)
                {
                    life.Establish(SctpEventKind.Connected, now);
                }

                break;
            default:
                return false;
        }

        control.Chunk(handshake.PeerTag, SctpChunkType.CookieAck, 0, []);
        return true;
    }

    /// <summary>Takes a chunk of an association that both sides know.</summary>
    private bool TakeOpen(SctpLink link, in SctpChunk chunk, TimeSpan now)
    {
        switch (chunk.Type)
        {
            case SctpChunkType.Data:
                return TakeData(link, chunk.AsData());
            case SctpChunkType.Sack:
                return TakeSack(link, chunk.AsSack(), now);
            case SctpChunkType.Heartbeat:
                control.Chunk(handshake.PeerTag, SctpChunkType.HeartbeatAck, 0, chunk.Value);
                return true;
            case SctpChunkType.HeartbeatAck:
                if (link.Beats.IsAnswer(chunk))
                {
                    life.Answered();
                }

                return true;
            case SctpChunkType.ForwardTsn:
                link.Receiver.Skip(chunk.AsForwardTsn());
                return true;
            case SctpChunkType.Reconfig:
                link.Take(chunk, now);
                return true;
            case SctpChunkType.Shutdown:
                return TakeShutdown(link, chunk.AsShutdown(), now);
            case SctpChunkType.ShutdownAck when life.State is SctpState.ShutdownSent or SctpState.ShutdownAckSent:
                control.Chunk(handshake.PeerTag, SctpChunkType.ShutdownComplete, 0, []);
                life.Close(SctpEnd.Shutdown, SctpCauseCode.None);
                return false;
            case SctpChunkType.ShutdownComplete when life.State == SctpState.ShutdownAckSent:
                life.Close(SctpEnd.Shutdown, SctpCauseCode.None);
                return false;
            default:
                if (!chunk.Type.IsKnown() && chunk.Type.ReportsWhenUnknown())
                {
                    control.Cause(handshake.PeerTag, SctpChunkType.Error, 0, SctpCauseCode.UnrecognizedChunkType, chunk.Bytes);
                }

                return true;
        }
    }

    private bool TakeData(SctpLink link, in SctpData data)
    {
        switch (link.Receiver.Receive(data))
        {
            case SctpReception.NoStream:
                control.Cause(
                    handshake.PeerTag,
                    SctpChunkType.Error,
                    0,
                    SctpCauseCode.InvalidStreamIdentifier,
                    [(byte)(data.StreamId >> 8), (byte)data.StreamId, 0, 0]);
                return true;
            case SctpReception.Violation:
                life.Violated(SctpCauseCode.ProtocolViolation, "Fragments of a message fit together, and it is not too long");
                return false;
            default:
                return true;
        }
    }

    private bool TakeSack(SctpLink link, in SctpSack sack, TimeSpan now)
    {
        if (!link.Sender.Acknowledge(sack, now, out bool isNews))
        {
            life.Violated(SctpCauseCode.ProtocolViolation, "A SACK acknowledges what was sent");
            return false;
        }

        // "the unacknowledged window probes SHOULD NOT increment the error counter" while the peer answers.
        if (isNews || sack.Window == 0)
        {
            life.Answered();
        }

        return true;
    }

    private bool TakeShutdown(SctpLink link, uint cumulativeTsn, TimeSpan now)
    {
        if (!link.Sender.Acknowledge(cumulativeTsn, now))
        {
            life.Violated(SctpCauseCode.ProtocolViolation, "A SHUTDOWN acknowledges what was sent");
            return false;
        }

        life.TakeShutdown(link, now);
        return true;
    }

    private void TakeAbort(in SctpChunk chunk)
    {
        SctpCauseCode cause = SctpCauseCode.None;
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            cause = parameter.Cause;
            break;
        }

        life.Close(SctpEnd.AbortedByPeer, cause);
    }
}
