namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>How the bytes of a case come to the library.</summary>
internal enum PlayWay
{
    /// <summary>As the examiner writes them.</summary>
    Whole,

    /// <summary>In writes of one byte, and of 997 where there are many.</summary>
    InPieces,

    /// <summary>Each frame in a write of its own, and none before what is due for the last one has come back: so nothing is held back until more
    /// comes.</summary>
    InLockStep,

    /// <summary>Behind a text message, which is echoed first: so nothing depends on being the first.</summary>
    BehindMessage,
}
