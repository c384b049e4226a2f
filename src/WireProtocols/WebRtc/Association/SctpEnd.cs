namespace WireProtocols.WebRtc;

/// <summary>Why an association is over.</summary>
public enum SctpEnd
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Both sides have ended it in good order.</summary>
    Shutdown,

    /// <summary>This side has given it up.</summary>
    Aborted,

    /// <summary>The peer has given it up.</summary>
    AbortedByPeer,

    /// <summary>The peer has broken a rule.</summary>
    Violation,

    /// <summary>The peer does not answer.</summary>
    Lost,
}
