namespace WireProtocols.Resume;

/// <summary>A <c>ResumeFrame</c> that may be kept.</summary>
public sealed class OwnedResumeFrame
{
    internal OwnedResumeFrame(ResumeFrameFields fields, byte[] payload)
    {
        Fields = fields;
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public ResumeFrameType Type => Fields.Type;

    /// <summary>The message's number; of ACK, HELLO and WELCOME that of the last message received; of others 0.</summary>
    public long Sequence => Fields.Sequence;

    /// <summary>The message; empty where the frame carries none.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The session of HELLO and WELCOME; empty where there is none.</summary>
    public ResumeSessionId Session => Fields.Session;

    /// <summary>How long the server of a WELCOME keeps a session without a connection.</summary>
    public TimeSpan Keep => Fields.Keep;

    /// <summary>What is gone.</summary>
    public ResumeGoneReason Reason => Fields.Reason;

    /// <summary>After how long a RETRY wants the client back at the earliest.</summary>
    public TimeSpan Delay => Fields.Delay;

    /// <summary>Over how long the clients are spread behind that.</summary>
    public TimeSpan Window => Fields.Window;

    internal ResumeFrameFields Fields { get; }
}
