namespace WireProtocols.WebRtc;

/// <summary>The parts of an established association.</summary>
internal sealed class SctpLink
{
    public SctpLink(SctpAssociationOptions options, SctpHandshake handshake, SctpControl control)
    {
        SctpInit peer = handshake.Peer;
        SctpTimeout timeout = new(options);
        OutboundStreams = Math.Min(options.MaxStreams, peer.InboundStreams);
        Receiver = new SctpReceiver(peer.InitialTsn, Math.Min(options.MaxStreams, (int)peer.OutboundStreams), options);
        Sender = new SctpSender(handshake.Local.InitialTsn, options, timeout) { CanGiveUp = handshake.PeerKnowsForward };
        Sender.SetPeerWindow(peer.Window);
        Resets = new SctpResets(handshake.Local.InitialTsn, peer.InitialTsn, timeout);
        Beats = new SctpBeats(options, control, timeout, peer.InitiateTag);
    }

    public SctpReceiver Receiver { get; }

    public SctpSender Sender { get; }

    public SctpResets Resets { get; }

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
            Sender.Expired();
            hasFailed = true;
        }

        if (Resets.Deadline <= now)
        {
            Resets.Expired();
            hasFailed = true;
        }

        return hasFailed;
    }

    /// <summary>Takes RE-CONFIG.</summary>
    public void Take(in SctpChunk chunk)
    {
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            switch (parameter.Type)
            {
                case SctpParameterType.OutgoingReset:
                    Resets.TakeOutgoing(parameter.Value, Receiver);
                    break;
                case SctpParameterType.ReconfigResponse:
                    foreach (int stream in Resets.TakeResponse(parameter.Value, Sender))
                    {
                        Receiver.Tell(new SctpEvent(SctpEventKind.StreamReset, stream));
                    }

                    break;
                case SctpParameterType.IncomingReset or SctpParameterType.SsnTsnReset or SctpParameterType.AddOutgoingStreams
                    or SctpParameterType.AddIncomingStreams:
                    Resets.Refuse(parameter.Value);
                    break;
                default:
                    break;
            }
        }
    }
}
