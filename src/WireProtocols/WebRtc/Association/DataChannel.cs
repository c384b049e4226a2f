namespace WireProtocols.WebRtc;

/// <summary>A data channel: a stream each way.</summary>
public sealed class DataChannel
{
    internal DataChannel(int id, DataChannelType type, uint reliabilityParameter, int priority, string label, string protocol)
    {
        Id = id;
        Type = type;
        ReliabilityParameter = reliabilityParameter;
        Priority = priority;
        Label = label;
        Protocol = protocol;
    }

    /// <summary>The id of its streams.</summary>
    public int Id { get; }

    /// <summary>Whether messages are ordered, and how long they are sent.</summary>
    public DataChannelType Type { get; }

    /// <summary>How many retransmissions, or how many milliseconds; 0 where the channel is reliable.</summary>
    public uint ReliabilityParameter { get; }

    /// <summary>The priority; messages are sent in the order in which they were given, whatever it is.</summary>
    public int Priority { get; }

    /// <summary>The label.</summary>
    public string Label { get; }

    /// <summary>The subprotocol; empty where there is none.</summary>
    public string Protocol { get; }

    /// <summary>The state.</summary>
    public DataChannelState State { get; internal set; }

    /// <summary>Whether our stream has begun anew since the channel was closed.</summary>
    internal bool IsReset { get; set; }

    /// <summary>Whether the peer's stream has.</summary>
    internal bool IsPeerReset { get; set; }

    /// <summary>
    /// What is done for a message to arrive. "before the DATA_CHANNEL_ACK message or any other message has been received on a data channel, all other
    /// messages … MUST be sent ordered" (RFC 8832 §6).
    /// </summary>
    internal SctpReliability Reliability => new(
        Type.IsOrdered() || State == DataChannelState.Opening,
        Type is DataChannelType.LimitedRetransmissions or DataChannelType.LimitedRetransmissionsUnordered
            ? (int)Math.Min(ReliabilityParameter, int.MaxValue)
            : null,
        Type is DataChannelType.LimitedLifetime or DataChannelType.LimitedLifetimeUnordered
            ? TimeSpan.FromMilliseconds(ReliabilityParameter)
            : null);
}
