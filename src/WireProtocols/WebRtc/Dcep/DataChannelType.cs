namespace WireProtocols.WebRtc;

/// <summary>The types of channels (RFC 8832 §5.1). The highest bit says that order does not matter.</summary>
public enum DataChannelType
{
    /// <summary>Everything arrives, in order.</summary>
    Reliable = 0x00,

    /// <summary>Messages "will not be retransmitted more times than" the parameter says.</summary>
    LimitedRetransmissions = 0x01,

    /// <summary>Messages "might not be transmitted or retransmitted after" so many milliseconds.</summary>
    LimitedLifetime = 0x02,

    /// <summary>Everything arrives, in any order.</summary>
    ReliableUnordered = 0x80,

    /// <summary><see cref="LimitedRetransmissions"/>, in any order.</summary>
    LimitedRetransmissionsUnordered = 0x81,

    /// <summary><see cref="LimitedLifetime"/>, in any order.</summary>
    LimitedLifetimeUnordered = 0x82,
}
