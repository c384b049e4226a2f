namespace WireProtocols.WebRtc;

/// <summary>The parts of an established association.</summary>
internal sealed class SctpLink
{
    private readonly SctpInbox _inbox;

    public SctpLink(SctpAssociationOptions options, SctpHandshake handshake, SctpControl control, SctpInbox inbox)
    {
        SctpInit local = handshake.Terms.Local;
        SctpInit peer = handshake.Terms.Peer;
        _inbox = inbox;
        SctpTimeout timeout = new(options);
        OutboundStreams = Math.Min(options.MaxStreams, peer.InboundStreams);
        Receiver = new SctpReceiver(peer.InitialTsn, Math.Min(options.MaxStreams, (int)peer.OutboundStreams), options, inbox);
        Sender = new SctpSender(local.InitialTsn, options, timeout, handshake.Terms.KnowsForward);
        Sender.SetPeerWindow(peer.Window);
        PeerResets = new SctpPeerResets(peer.InitialTsn);
        Resets = new SctpResets(local.InitialTsn, PeerResets, timeout);
        Beats = new SctpBeats(options, control, timeout, handshake);
    }

    public SctpReceiver Receiver { get; }

    public SctpSender Sender { get; }

    public SctpResets Resets { get; }

    public SctpPeerResets PeerResets { get; }

    public SctpBeats Beats { get; }

    public int OutboundStreams { get; }

    /// <summary>When something is due.</summary>
    public TimeSpan? Deadline
    {
        get
        {
            TimeSpan? earliest = null;
            foreach (TimeSpan? time in (ReadOnlySpan<TimeSpan?>)
                [Beats.Deadline, Sender.Deadline, Sender.ProbeDeadline, Receiver.SackDeadline, Resets.Deadline])
            {
                earliest = earliest is null || time < earliest ? time ?? earliest : earliest;
            }

            return earliest;
        }
    }

    /// <summary>Does what is due.</summary>
    /// <returns>True where something was not answered in time.</returns>
    public bool Advance(TimeSpan now, bool isEnding)
    {
        bool hasFailed = Beats.Advance(now, isEnding, Receiver.CumulativeTsn);
        if (Sender.Deadline <= now)
        {
            Sender.Expired(now);
            hasFailed = true;
        }

        if (Resets.Deadline <= now)
        {
            hasFailed |= Resets.Expired();
        }

        return hasFailed;
    }

    /// <summary>Takes RE-CONFIG.</summary>
    public void Take(in SctpChunk chunk, TimeSpan now)
    {
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            switch (parameter.Type)
            {
                case SctpParameterType.OutgoingReset:
                    PeerResets.TakeOutgoing(parameter.Value, Receiver);
                    break;
                case SctpParameterType.ReconfigResponse:
                    SctpResetAnswer answer = Resets.TakeResponse(parameter.Value, now);
                    foreach (int stream in answer.Streams)
                    {
                        if (answer.IsDone)
                        {
                            Sender.ResetStream(stream);
                        }

                        _inbox.Tell(new SctpEvent(answer.IsDone ? SctpEventKind.StreamReset : SctpEventKind.StreamResetRefused, stream));
                    }

                    break;
                case SctpParameterType.IncomingReset or SctpParameterType.SsnTsnReset or SctpParameterType.AddOutgoingStreams
                    or SctpParameterType.AddIncomingStreams:
                    PeerResets.Refuse(parameter.Value);
                    break;
                default:
                    break;
            }
        }
    }
}
