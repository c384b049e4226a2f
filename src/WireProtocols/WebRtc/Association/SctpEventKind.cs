namespace WireProtocols.WebRtc;

/// <summary>What an association tells.</summary>
public enum SctpEventKind
{
    /// <summary>The association is established.</summary>
    Connected,

    /// <summary>A message has arrived.</summary>
    Message,

    /// <summary>The peer has begun a stream of its own anew; its stream id is -1 where that is all of them.</summary>
    PeerStreamReset,

    /// <summary>A stream of ours has begun anew.</summary>
    StreamReset,

    /// <summary>The association is over.</summary>
    Closed,

    /// <summary>The peer does not let a stream of ours begin anew: messages go on where they were (RFC 6525 §4.4).</summary>
    StreamResetRefused,

    /// <summary>
    /// The peer knew nothing of the association any more, and there is a new one in its place (RFC 9260 §5.2.4, A). What was sent and is not
    /// acknowledged is lost; what had arrived stands before this. A shutdown that was under way is to be asked for again.
    /// </summary>
    Restarted,
}
