using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

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
    private readonly SctpInbox _inbox = new();
    private readonly SctpLifecycle _life;
    private readonly SctpIncoming _incoming;
    private readonly SctpPacketWriter _writer;

    /// <summary>Makes an association that waits for the peer, or for <see cref="Connect"/>.</summary>
    public SctpAssociation(SctpAssociationOptions? options = null)
    {
        _options = options ?? SctpAssociationOptions.Default;
        _control = new SctpControl(_options);
        _handshake = new SctpHandshake(_options, _control);
        _life = new SctpLifecycle(_options, _handshake, _control, _inbox);
        _incoming = new SctpIncoming(_life, _handshake, _control);
        _writer = new SctpPacketWriter(_options.MaxPacketSize);
    }

    /// <summary>The state.</summary>
    public SctpState State => _life.State;

    /// <summary>How many streams there are to send on, once it is established.</summary>
    public int OutboundStreams => _life.Link?.OutboundStreams ?? 0;

    /// <summary>How many bytes wait to be sent or to be acknowledged.</summary>
    public int BufferedBytes => _life.Link?.Sender.BufferedBytes ?? 0;

    /// <summary>When <see cref="Advance"/> is to be called at the latest; null where there is nothing to wait for.</summary>
    public TimeSpan? NextDeadline
        => State == SctpState.Closed ? null : _life.Link is { } link ? link.Deadline : _handshake.Deadline;

    /// <summary>Whether the peer knows resets: else its streams never begin anew, and ours do at once.</summary>
    internal bool PeerKnowsResets => _handshake.Terms.KnowsReconfig;

    /// <summary>Sends INIT. Both sides may.</summary>
    /// <exception cref="InvalidOperationException">The association has begun.</exception>
    public void Connect(TimeSpan now)
    {
        if (!_life.IsNew)
        {
            throw new InvalidOperationException("An association begins once.");
        }

        _life.Await(SctpState.CookieWait);
        _handshake.Start(now);
    }

    /// <summary>Takes a packet. What breaks a rule is discarded, or ends the association, as RFC 9260 has it.</summary>
    public void Receive(ReadOnlySpan<byte> packet, TimeSpan now)
    {
        if (SctpPacket.Decode(packet, out SctpPacket decoded, out SctpProtocolError error, out _) != OperationStatus.Done)
        {
            bool isOurs = error.GetCauseCode() != SctpCauseCode.None && _life.Link is not null && State != SctpState.Closed
                && BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) == _handshake.LocalTag;
            if (isOurs)
            {
                _life.Violated(error.GetCauseCode(), error.GetRule().Text);
            }

            return;
        }

        if (decoded.SourcePort != _options.Port || decoded.DestinationPort != _options.Port)
        {
            return;
        }

        foreach (SctpChunk chunk in decoded)
        {
            if (!_incoming.IsTagRight(decoded.VerificationTag, chunk) || !_incoming.Take(chunk, decoded.VerificationTag, now))
            {
                break;
            }
        }

        _life.Link?.Receiver.EndPacket(now);
        _life.GoOn(now);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        if (State is SctpState.CookieWait or SctpState.CookieEchoed && _handshake.Deadline <= now
            && !_handshake.Repeat(State == SctpState.CookieEchoed, now))
        {
            _life.Close(SctpEnd.Lost, SctpCauseCode.None);
        }

        if (_life.Link is { } link && State != SctpState.Closed && link.Advance(now, State >= SctpState.ShutdownPending))
        {
            _life.Failed();
        }

        _life.GoOn(now);
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

        if (_life.Link is not { } link || State == SctpState.Closed)
        {
            return false;
        }

        _writer.Begin(_options.Port, _options.Port, _handshake.PeerTag);
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
    {
        bool isThere = _inbox.TryTake(out happened);
        if (isThere)
        {
            _life.Link?.Receiver.Taken();
        }

        return isThere;
    }

    /// <summary>
    /// Sends a message. None is taken before <see cref="SctpEventKind.Restarted"/> has been: it would be meant for the association before.
    /// </summary>
    /// <param name="streamId">The stream, below <see cref="OutboundStreams"/>.</param>
    /// <param name="payloadProtocol">The payload protocol identifier.</param>
    /// <param name="payload">The message, at least a byte; it is copied.</param>
    /// <param name="reliability">How much is done for it to arrive.</param>
    /// <param name="now">The time.</param>
    /// <returns>False where too much waits already, or the peer has begun anew and that has not been taken.</returns>
    /// <exception cref="ArgumentException">The message is empty or too long, or there is no such stream.</exception>
    /// <exception cref="InvalidOperationException">The association is not established, or the stream is being closed.</exception>
    public bool TrySend(int streamId, uint payloadProtocol, ReadOnlySpan<byte> payload, SctpReliability reliability, TimeSpan now)
    {
        if (State != SctpState.Established || _life.Link is not { } link || link.Resets.IsClosing(streamId))
        {
            throw new InvalidOperationException("Messages are sent on streams that are open.");
        }

        if (payload.IsEmpty || payload.Length > _options.MaxMessageLength || streamId < 0 || streamId >= link.OutboundStreams)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"A message has 1 to {_options.MaxMessageLength} bytes, and streams are 0 to {link.OutboundStreams - 1}."));
        }

        if (_inbox.HasRestart || payload.Length > _options.MaxBufferedBytes - link.Sender.BufferedBytes)
        {
            return false;
        }

        link.Sender.Enqueue(new SctpOutboundMessage(
            (ushort)streamId, payloadProtocol, payload.ToArray(), reliability, reliability.Lifetime is { } lifetime ? now + lifetime : null));
        return true;
    }

    /// <summary>
    /// Begins a stream of ours anew, once all that was sent on it is acknowledged. <see cref="SctpEventKind.StreamReset"/> tells when; at once
    /// where the peer knows no resets. <see cref="SctpEventKind.StreamResetRefused"/> tells that the peer does not want it. A stream that there is
    /// not is left alone.
    /// </summary>
    public void ResetStream(int streamId)
    {
        if (_life.Link is not { } link || _inbox.HasRestart || streamId < 0 || streamId >= link.OutboundStreams
            || link.Resets.IsClosing(streamId))
        {
            return;
        }

        if (PeerKnowsResets)
        {
            link.Resets.Want(streamId);
        }
        else
        {
            _inbox.Tell(new SctpEvent(SctpEventKind.StreamReset, streamId));
        }
    }

    /// <summary>Whether a stream of ours is about to begin anew, so that nothing can be sent on it.</summary>
    internal bool IsResetting(int streamId) => _life.Link?.Resets.IsClosing(streamId) == true;

    /// <summary>Ends the association, once all that was sent is acknowledged.</summary>
    public void Shutdown(TimeSpan now)
    {
        _life.Shutdown();
        _life.GoOn(now);
    }

    /// <summary>Gives the association up.</summary>
    /// <param name="reason">What the peer is told.</param>
    public void Abort(string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        _life.Abort(reason);
    }
}
