namespace WireProtocols.Resume;

/// <summary>What a frame is: its first byte (wire-resume §1).</summary>
public enum ResumeFrameType
{
    /// <summary>None: no frame has it.</summary>
    None = 0,

    /// <summary>A message of UTF-8 with its number.</summary>
    Text = 1,

    /// <summary>A message of bytes with its number.</summary>
    Binary = 2,

    /// <summary>The number of the last message received.</summary>
    Ack = 3,

    /// <summary>A client's first frame: what it has received, and which session it wants.</summary>
    Hello = 4,

    /// <summary>A server's answer: what it has received, how long it keeps the session, and the session's ID.</summary>
    Welcome = 5,

    /// <summary>There is no such session, or not all of it.</summary>
    Gone = 6,

    /// <summary>Come back later.</summary>
    Retry = 7,

    /// <summary>The session is over.</summary>
    End = 8,
}

/// <summary>What is gone (wire-resume §3.3).</summary>
public enum ResumeGoneReason
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>There is no such session, or not any more.</summary>
    Session = 1,

    /// <summary>The session is there, what the client missed is not.</summary>
    Messages = 2,

    /// <summary>Another connection has the session.</summary>
    TakenOver = 3,
}
