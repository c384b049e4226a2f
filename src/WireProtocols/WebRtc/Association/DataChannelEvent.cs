namespace WireProtocols.WebRtc;

/// <summary>What channels tell.</summary>
public enum DataChannelEventKind
{
    /// <summary>The association is established; channels may be opened.</summary>
    Connected,

    /// <summary>The peer has opened a channel.</summary>
    PeerOpened,

    /// <summary>The peer knows a channel that this side has opened.</summary>
    Opened,

    /// <summary>A message has arrived.</summary>
    Message,

    /// <summary>A channel is closed on both sides.</summary>
    ChannelClosed,

    /// <summary>The association is over, and every channel with it.</summary>
    Closed,

    /// <summary>
    /// The peer has begun anew. The channels that there were are closed, what was sent on them and has not arrived is lost, and channels may be
    /// opened.
    /// </summary>
    Restarted,
}

/// <summary>Something that channels tell.</summary>
/// <param name="Kind">What.</param>
/// <param name="Channel">The channel; null where it is the association.</param>
/// <param name="Payload">The message, which may be kept.</param>
/// <param name="IsText">Whether the message is text, UTF-8.</param>
/// <param name="End">Why the association is over.</param>
public readonly record struct DataChannelEvent(
    DataChannelEventKind Kind,
    DataChannel? Channel = null,
    ReadOnlyMemory<byte> Payload = default,
    bool IsText = false,
    SctpEnd End = SctpEnd.None);
