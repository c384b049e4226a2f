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
}
