namespace WireProtocols.WebRtc;

/// <summary>Which messages are given up, because of their age or because they were lost too often (RFC 3758 §3.5).</summary>
internal sealed class SctpPartialReliability(SctpSendQueue queue, SctpOutboundStreams streams, SctpOutstanding outstanding, SctpForwardPoint forward)
{
    private readonly SctpLifetimes _lifetimes = new();

    /// <summary>Whether the peer knows FORWARD-TSN; else nothing that was sent is given up.</summary>
    public bool IsKnownToPeer { get; init; }

    /// <summary>There is another message.</summary>
    public void Begin(SctpOutboundMessage message)
    {
        streams.Begin(message);
        _lifetimes.Add(message);
    }

    /// <summary>No TSN of a message is left.</summary>
    public void End(SctpOutboundMessage message)
    {
        streams.End(message);
        _lifetimes.Remove(message);
    }

    /// <summary>Gives up messages whose time is over, before they are sent or sent again. What is on the way may still arrive.</summary>
    public void Expire(TimeSpan now)
    {
        while (_lifetimes.TakeDue(now) is { } message)
        {
            bool waits = message.Place is not null && (IsKnownToPeer || message.Sent == 0);
            if (waits || (IsKnownToPeer && outstanding.HasMarked(message)))
            {
                GiveUp(message);
                forward.MoveOn();
            }
        }
    }

    /// <summary>A fragment that was on the way is sent again, or its message is given up.</summary>
    public void MarkLost(SctpOutboundChunk chunk, TimeSpan now)
    {
        if (IsKnownToPeer && (chunk.Transmissions > chunk.Message.MaxRetransmissions || chunk.Message.Expiry <= now))
        {
            GiveUp(chunk.Message);
        }
        else
        {
            outstanding.Mark(chunk);
        }
    }

    /// <summary>The peer has dropped a fragment that it had, which waits to be sent again unless it is too late for that.</summary>
    public void Dropped(SctpOutboundChunk chunk, TimeSpan now)
    {
        if (IsKnownToPeer && chunk.Message.Expiry <= now)
        {
            GiveUp(chunk.Message);
        }
    }

    private void GiveUp(SctpOutboundMessage message)
    {
        if (message.IsAbandoned)
        {
            return;
        }

        bool isCut = message.Place is not null;
        if (isCut)
        {
            queue.Remove(message);
        }

        outstanding.Abandon(message, isCut);
        if (message.Fragments == 0)
        {
            End(message);
        }
    }
}
