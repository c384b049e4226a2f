namespace WireProtocols.Resume;

/// <summary>What happens to a message for which a session has no room, because the other end is away or acknowledges nothing. What has been sent
/// and is not acknowledged is never dropped.</summary>
public enum ResumeFullPolicy
{
    /// <summary>Whoever sends waits for room.</summary>
    Wait = 0,

    /// <summary>Whoever sends gets an exception.</summary>
    Fail,

    /// <summary>The oldest messages that have not been sent yet are dropped; where that makes no room, the new one.</summary>
    DropOldest,

    /// <summary>The new message is dropped.</summary>
    DropNewest,
}
