namespace WireProtocols.WebRtc;

/// <summary>What the types of channels mean.</summary>
public static class DataChannelTypes
{
    private const int UnorderedBit = 0x80;

    /// <summary>Whether messages arrive in the order in which they were sent.</summary>
    public static bool IsOrdered(this DataChannelType type) => ((int)type & UnorderedBit) == 0;

    /// <summary>Whether every message arrives.</summary>
    public static bool IsReliable(this DataChannelType type) => type is DataChannelType.Reliable or DataChannelType.ReliableUnordered;

    /// <summary>Whether there is such a type.</summary>
    public static bool IsKnown(this DataChannelType type) => ((int)type & ~UnorderedBit) is 0 or 1 or 2;

    /// <summary>The name in the registry, for instance <c>DATA_CHANNEL_RELIABLE</c>.</summary>
    public static string GetName(this DataChannelType type) => type switch
    {
        DataChannelType.Reliable => "DATA_CHANNEL_RELIABLE",
        DataChannelType.ReliableUnordered => "DATA_CHANNEL_RELIABLE_UNORDERED",
        DataChannelType.LimitedRetransmissions => "DATA_CHANNEL_PARTIAL_RELIABLE_REXMIT",
        DataChannelType.LimitedRetransmissionsUnordered => "DATA_CHANNEL_PARTIAL_RELIABLE_REXMIT_UNORDERED",
        DataChannelType.LimitedLifetime => "DATA_CHANNEL_PARTIAL_RELIABLE_TIMED",
        DataChannelType.LimitedLifetimeUnordered => "DATA_CHANNEL_PARTIAL_RELIABLE_TIMED_UNORDERED",
        _ => "unknown",
    };
}
