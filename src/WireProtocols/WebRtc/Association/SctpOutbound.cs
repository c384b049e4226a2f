namespace WireProtocols.WebRtc;

/// <summary>A message that is being sent.</summary>
internal sealed class SctpOutboundMessage(ushort streamId, uint payloadProtocol, byte[] payload, SctpReliability reliability, TimeSpan? expiry)
{
    public ushort StreamId { get; } = streamId;

    public uint PayloadProtocol { get; } = payloadProtocol;

    public byte[] Payload { get; } = payload;

    public bool IsOrdered { get; } = reliability.IsOrdered;

    public int? MaxRetransmissions { get; } = reliability.MaxRetransmissions;

    public TimeSpan? Expiry { get; } = expiry;

    /// <summary>The sequence number, from the first fragment on.</summary>
    public ushort SequenceNumber { get; set; }

    /// <summary>How many bytes have been given to fragments.</summary>
    public int Sent { get; set; }

    /// <summary>The TSN of the first fragment; the others follow it.</summary>
    public uint FirstTsn { get; set; }

    /// <summary>How many TSNs it has.</summary>
    public int Fragments { get; set; }

    /// <summary>Its place among the messages that wait; null once all of it has been given to fragments.</summary>
    public LinkedListNode<SctpOutboundMessage>? Place { get; set; }

    /// <summary>Tells messages apart that expire at the same time.</summary>
    public long LifetimeOrder { get; set; }

    public bool IsAbandoned { get; set; }
}

/// <summary>A fragment that has been sent and is not acknowledged for good.</summary>
internal sealed class SctpOutboundChunk(uint tsn, SctpOutboundMessage message, int start, int length)
{
    public uint Tsn { get; } = tsn;

    public SctpOutboundMessage Message { get; } = message;

    public int Start { get; } = start;

    public int Length { get; } = length;

    public TimeSpan SentAt { get; set; }

    public int Transmissions { get; set; }

    /// <summary>How many SACKs have reported it missing.</summary>
    public int Missing { get; set; }

    /// <summary>A gap block covers it.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>It waits to be sent again.</summary>
    public bool IsMarked { get; set; }

    /// <summary>Which SACK covered it last.</summary>
    public long Covered { get; set; }

    /// <summary>Whether it counts as being on the way.</summary>
    public bool IsInFlight => !IsAcknowledged && !IsMarked && !Message.IsAbandoned;

    public SctpDataBits Bits
        => (Start == 0 ? SctpDataBits.Beginning : SctpDataBits.None)
            | (Start + Length == Message.Payload.Length ? SctpDataBits.Ending : SctpDataBits.None)
            | (Message.IsOrdered ? SctpDataBits.None : SctpDataBits.Unordered);
}
