using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace WireProtocols.WebRtc;

/// <summary>
/// An association of SCTP without I/O, over whatever carries packets: DTLS, or memory. Packets and the time go in; packets, events and the next
/// deadline come out. Not safe for several threads.
/// </summary>
public sealed class SctpAssociation
{
    private readonly SctpAssociationOptions _options;
    private readonly SctpControl _control;
    private readonly SctpHandshake _handshake;
    private readonly SctpPacketWriter _writer;
    private readonly Queue<SctpEvent> _last = [];
    private SctpLink? _link;
    private int _failures;
    private bool _isOver;

    /// <summary>Makes an association that waits for the peer, or for <see cref="Connect"/>.</summary>
    public SctpAssociation(SctpAssociationOptions? options = null)
    {
        _options = options ?? SctpAssociationOptions.Default;
        _control = new SctpControl(_options);
        _handshake = new SctpHandshake(_options, _control);
        _writer = new SctpPacketWriter(_options.MaxPacketSize);
    }

    /// <summary>The state.</summary>
    public SctpState State { get; private set; }

    /// <summary>How many streams there are to send on, once it is established.</summary>
    public int OutboundStreams => _link?.OutboundStreams ?? 0;

    /// <summary>How many bytes wait to be sent or to be acknowledged.</summary>
    public int BufferedBytes => _link?.Sender.BufferedBytes ?? 0;

    /// <summary>When <see cref="Advance"/> is to be called at the latest; null where there is nothing to wait for.</summary>
    public TimeSpan? NextDeadline
        => State == SctpState.Closed ? null : _link is null ? _handshake.Deadline : _link.Deadline;

    private uint PeerTag => _handshake.Peer.InitiateTag;

    /// <summary>Sends INIT. Both sides may.</summary>
    /// <exception cref="InvalidOperationException">The association has begun.</exception>
    public void Connect(TimeSpan now)
    {
        if (State != SctpState.Closed || _link is not null || _isOver)
        {
            throw new InvalidOperationException("An association begins once.");
        }

        State = SctpState.CookieWait;
        _handshake.Start(now);
    }

    /// <summary>Takes a packet. What breaks a rule is discarded, or ends the association, as RFC 9260 has it.</summary>
    public void Receive(ReadOnlySpan<byte> packet, TimeSpan now)
    {
        if (SctpPacket.Decode(packet, out SctpPacket decoded, out SctpProtocolError error, out _) != OperationStatus.Done)
        {
            bool isOurs = error.GetCauseCode() != SctpCauseCode.None && _link is not null && State != SctpState.Closed
                && BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) == _handshake.Local.InitiateTag;
            if (isOurs)
            {
                Fail(error.GetCauseCode(), error.GetRule().Text);
            }

            return;
        }

        if (decoded.SourcePort != _options.Port || decoded.DestinationPort != _options.Port)
        {
            return;
        }

        foreach (SctpChunk chunk in decoded)
        {
            if (!IsTagRight(decoded.VerificationTag, chunk) || !Take(chunk, decoded.VerificationTag, now))
            {
                break;
            }
        }

        _link?.Receiver.EndPacket(now);
        GoOn(now);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        if (State is SctpState.CookieWait or SctpState.CookieEchoed && _handshake.Deadline <= now
            && !_handshake.Repeat(State == SctpState.CookieEchoed, now))
        {
            Close(SctpEnd.Lost, SctpCauseCode.None);
        }

        if (_link is { } link && State != SctpState.Closed)
        {
            if (link.Advance(now, State >= SctpState.ShutdownPending) && ++_failures > _options.MaxRetransmissions)
            {
                Close(SctpEnd.Lost, SctpCauseCode.None);
            }
        }

        GoOn(now);
    }

    /// <summary>Gives the next packet to send. It is to be called until there is none, whenever something has gone in.</summary>
    /// <param name="now">The time.</param>
    /// <param name="packet">The packet, valid until the next call.</param>
    public bool TryGetPacket(TimeSpan now, out ReadOnlyMemory<byte> packet)
    {
        if (_control.TryDequeue(out packet))
        {
            return true;
        }

        if (_link is not { } link || State == SctpState.Closed)
        {
            return false;
        }

        _writer.Begin(_options.Port, _options.Port, PeerTag);
        bool sends = link.Sender.HasSomething(now);
        if (link.Receiver.IsSackDue(now) || (sends && link.Receiver.OwesSack))
        {
            link.Receiver.WriteSack(_writer);
        }

        if (link.Resets.HasSomething(link.Sender))
        {
            link.Resets.Write(_writer, link.Sender, now);
        }

        if (sends)
        {
            link.Sender.Fill(_writer, now);
        }

        packet = _writer.HasChunks ? _writer.Finish() : default;
        return _writer.HasChunks;
    }

    /// <summary>Gives what has happened, messages among it, in order.</summary>
    public bool TryGetEvent(out SctpEvent happened)
        => (_link is { } link && link.Receiver.TryTake(out happened)) || _last.TryDequeue(out happened);

    /// <summary>Sends a message.</summary>
    /// <param name="streamId">The stream, below <see cref="OutboundStreams"/>.</param>
    /// <param name="payloadProtocol">The payload protocol identifier.</param>
    /// <param name="payload">The message, at least a byte; it is copied.</param>
    /// <param name="reliability">How much is done for it to arrive.</param>
    /// <param name="now">The time.</param>
    /// <returns>False where too much waits already.</returns>
    /// <exception cref="ArgumentException">The message is empty or too long, or there is no such stream.</exception>
    /// <exception cref="InvalidOperationException">The association is not established, or the stream is being closed.</exception>
    public bool TrySend(int streamId, uint payloadProtocol, ReadOnlySpan<byte> payload, SctpReliability reliability, TimeSpan now)
    {
        if (State != SctpState.Established || _link is not { } link || link.Resets.IsClosing(streamId))
        {
            throw new InvalidOperationException("Messages are sent on streams that are open.");
        }

        if (payload.IsEmpty || payload.Length > _options.MaxMessageLength || streamId < 0 || streamId >= link.OutboundStreams)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"A message has 1 to {_options.MaxMessageLength} bytes, and streams are 0 to {link.OutboundStreams - 1}."));
        }

        if (payload.Length > _options.MaxBufferedBytes - link.Sender.BufferedBytes)
        {
            return false;
        }

        link.Sender.Enqueue(new SctpOutboundMessage(
            (ushort)streamId, payloadProtocol, payload.ToArray(), reliability, reliability.Lifetime is { } lifetime ? now + lifetime : null));
        return true;
    }

    /// <summary>
    /// Begins a stream of ours anew, once all that was sent on it is acknowledged. <see cref="SctpEventKind.StreamReset"/> tells when; at once
    /// where the peer knows no resets. A stream that there is not is left alone.
    /// </summary>
    public void ResetStream(int streamId)
    {
        if (_link is not { } link || streamId < 0 || streamId >= link.OutboundStreams || link.Resets.IsClosing(streamId))
        {
            return;
        }

        if (_handshake.PeerKnowsReconfig)
        {
            link.Resets.Want(streamId);
        }
        else
        {
            link.Receiver.Tell(new SctpEvent(SctpEventKind.StreamReset, streamId));
        }
    }

    /// <summary>Whether the peer knows resets: else its streams never begin anew, and ours do at once.</summary>
    internal bool PeerKnowsResets => _handshake.PeerKnowsReconfig;

    /// <summary>Whether a stream of ours is about to begin anew, so that nothing can be sent on it.</summary>
    internal bool IsResetting(int streamId) => _link?.Resets.IsClosing(streamId) == true;

    /// <summary>Ends the association, once all that was sent is acknowledged.</summary>
    public void Shutdown(TimeSpan now)
    {
        if (State == SctpState.Established)
        {
            State = SctpState.ShutdownPending;
            GoOn(now);
        }
        else if (State is SctpState.CookieWait or SctpState.CookieEchoed)
        {
            Close(SctpEnd.Shutdown, SctpCauseCode.None);
        }
    }

    /// <summary>Gives the association up.</summary>
    /// <param name="reason">What the peer is told.</param>
    public void Abort(string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (State != SctpState.Closed)
        {
            Abandon(SctpCauseCode.UserInitiatedAbort, reason);
            Close(SctpEnd.Aborted, SctpCauseCode.UserInitiatedAbort);
        }
    }

    private bool IsTagRight(uint tag, in SctpChunk chunk) => chunk.Type switch
    {
        SctpChunkType.Init or SctpChunkType.CookieEcho => true,
        SctpChunkType.Abort or SctpChunkType.ShutdownComplete => tag == (chunk.IsTagReflected ? PeerTag : _handshake.Local.InitiateTag),
        SctpChunkType.ShutdownAck when State == SctpState.Closed => true,
        _ => tag == _handshake.Local.InitiateTag,
    };

    /// <summary>Takes a chunk. False where the rest of its packet is of no use.</summary>
    private bool Take(in SctpChunk chunk, uint tag, TimeSpan now)
    {
        switch (chunk.Type)
        {
            case SctpChunkType.Init when !_isOver:
                _handshake.Answer(chunk, _link is not null, now);
                return true;
            case SctpChunkType.InitAck when State == SctpState.CookieWait:
                _handshake.Echo(chunk, now);
                State = SctpState.CookieEchoed;
                return true;
            case SctpChunkType.CookieEcho:
                return TakeCookie(chunk, tag, now);
            case SctpChunkType.CookieAck:
                if (State == SctpState.CookieEchoed)
                {
                    Establish(now);
                }

                return true;
            case SctpChunkType.Abort when State != SctpState.Closed:
                TakeAbort(chunk);
                return false;
            case SctpChunkType.ShutdownAck when State is SctpState.Closed or SctpState.CookieWait or SctpState.CookieEchoed:
                // "the receiver SHOULD respond … with a SHUTDOWN COMPLETE": it knows of no association any more.
                _control.Chunk(tag, SctpChunkType.ShutdownComplete, 1, []);
                return false;
            case SctpChunkType.Error when State == SctpState.CookieEchoed:
                State = _handshake.TakeError(chunk, now) ? SctpState.CookieWait : State;
                return true;
            default:
                return _link is { } link && State != SctpState.Closed && TakeOpen(link, chunk, now);
        }
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
                _control.Chunk(PeerTag, SctpChunkType.HeartbeatAck, 0, chunk.Value);
                return true;
            case SctpChunkType.HeartbeatAck:
                _failures = link.Beats.IsAnswer(chunk) ? 0 : _failures;
                return true;
            case SctpChunkType.ForwardTsn:
                link.Receiver.Skip(chunk.AsForwardTsn());
                return true;
            case SctpChunkType.Reconfig:
                link.Take(chunk);
                return true;
            case SctpChunkType.Shutdown:
                return TakeShutdown(link, chunk.AsShutdown(), now);
            case SctpChunkType.ShutdownAck when State is SctpState.ShutdownSent or SctpState.ShutdownAckSent:
                _control.Chunk(PeerTag, SctpChunkType.ShutdownComplete, 0, []);
                Close(SctpEnd.Shutdown, SctpCauseCode.None);
                return false;
            case SctpChunkType.ShutdownComplete when State == SctpState.ShutdownAckSent:
                Close(SctpEnd.Shutdown, SctpCauseCode.None);
                return false;
            default:
                if (!chunk.Type.IsKnown() && chunk.Type.ReportsWhenUnknown())
                {
                    _control.Cause(PeerTag, SctpChunkType.Error, 0, SctpCauseCode.UnrecognizedChunkType, chunk.Bytes);
                }

                return true;
        }
    }

    private bool TakeCookie(in SctpChunk chunk, uint tag, TimeSpan now)
    {
        if (_isOver || !_handshake.TakeCookie(chunk.Value, tag, now))
        {
            return false;
        }

        if (_link is null)
        {
            Establish(now);
        }

        _control.Chunk(PeerTag, SctpChunkType.CookieAck, 0, []);
        return true;
    }

    private void Establish(TimeSpan now)
    {
        _handshake.Stop();
        State = SctpState.Established;
        _link = new SctpLink(_options, _handshake, _control);
        _link.Beats.Start(now);
        _link.Receiver.Tell(new SctpEvent(SctpEventKind.Connected));
    }

    private bool TakeData(SctpLink link, in SctpData data)
    {
        switch (link.Receiver.Receive(data))
        {
            case SctpReception.NoStream:
                _control.Cause(
                    PeerTag,
                    SctpChunkType.Error,
                    0,
                    SctpCauseCode.InvalidStreamIdentifier,
                    [(byte)(data.StreamId >> 8), (byte)data.StreamId, 0, 0]);
                return true;
            case SctpReception.Violation:
                Fail(SctpCauseCode.ProtocolViolation, "Fragments of a message fit together, and it is not too long");
                return false;
            default:
                return true;
        }
    }

    private bool TakeSack(SctpLink link, in SctpSack sack, TimeSpan now)
    {
        if (!link.Sender.Acknowledge(sack, now, out bool isNews))
        {
            Fail(SctpCauseCode.ProtocolViolation, "A SACK acknowledges what was sent");
            return false;
        }

        // "the unacknowledged window probes SHOULD NOT increment the error counter" while the peer answers.
        _failures = isNews || sack.Window == 0 ? 0 : _failures;
        return true;
    }

    private bool TakeShutdown(SctpLink link, uint cumulativeTsn, TimeSpan now)
    {
        if (!link.Sender.Acknowledge(cumulativeTsn, now))
        {
            Fail(SctpCauseCode.ProtocolViolation, "A SHUTDOWN acknowledges what was sent");
            return false;
        }

        if (State == SctpState.ShutdownSent)
        {
            State = SctpState.ShutdownAckSent;
            link.Beats.StartEnd(SctpChunkType.ShutdownAck, now, link.Receiver.CumulativeTsn);
        }
        else if (State != SctpState.ShutdownAckSent)
        {
            State = SctpState.ShutdownReceived;
        }

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

        Close(SctpEnd.AbortedByPeer, cause);
    }

    /// <summary>Goes on towards the end, where that has been asked for and nothing is on the way.</summary>
    private void GoOn(TimeSpan now)
    {
        if (_link is { Sender.IsIdle: true } link && State is SctpState.ShutdownPending or SctpState.ShutdownReceived)
        {
            bool isAsked = State == SctpState.ShutdownReceived;
            State = isAsked ? SctpState.ShutdownAckSent : SctpState.ShutdownSent;
            link.Beats.StartEnd(isAsked ? SctpChunkType.ShutdownAck : SctpChunkType.Shutdown, now, link.Receiver.CumulativeTsn);
        }
    }

    private void Fail(SctpCauseCode cause, string reason)
    {
        Abandon(cause, reason);
        Close(SctpEnd.Violation, cause);
    }

    private void Abandon(SctpCauseCode cause, string reason)
    {
        _control.Clear();
        if (PeerTag != 0)
        {
            _control.Cause(PeerTag, SctpChunkType.Abort, 0, cause, Encoding.UTF8.GetBytes(reason));
        }
    }

    private void Close(SctpEnd end, SctpCauseCode cause)
    {
        State = SctpState.Closed;
        _isOver = true;
        _handshake.Stop();
        _last.Enqueue(new SctpEvent(SctpEventKind.Closed, End: end, Cause: cause));
    }
}
