using WireProtocols.Buffers;

namespace WireProtocols.Resume;

/// <summary>A frame of <c>wire.resume.v1</c> (wire-resume §1), lent: its payload is valid until the next call of whoever handed it out.</summary>
public readonly ref struct ResumeFrame
{
    private readonly ResumeFrameFields _fields;

    internal ResumeFrame(ResumeFrameType type, long number, long second, ResumeSessionId session, ReadOnlySpan<byte> payload)
    {
        _fields = new ResumeFrameFields(type, number, second, session);
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public ResumeFrameType Type => _fields.Type;

    /// <summary>The message's number; of ACK, HELLO and WELCOME that of the last message received; of others 0.</summary>
    public long Sequence => _fields.Sequence;

    /// <summary>The message; empty where the frame carries none.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The session of HELLO and WELCOME; empty where there is none.</summary>
    public ResumeSessionId Session => _fields.Session;

    /// <summary>How long the server of a WELCOME keeps a session without a connection.</summary>
    public TimeSpan Keep => _fields.Keep;

    /// <summary>What is gone.</summary>
    public ResumeGoneReason Reason => _fields.Reason;

    /// <summary>After how long a RETRY wants the client back at the earliest.</summary>
    public TimeSpan Delay => _fields.Delay;

    /// <summary>Over how long the clients are spread behind that.</summary>
    public TimeSpan Window => _fields.Window;

    /// <summary>How many bytes it takes, without a length before it.</summary>
    public int EncodedLength => Type switch
    {
        ResumeFrameType.Text or ResumeFrameType.Binary => 1 + QuicVarInt.GetLength(Number) + Payload.Length,
        ResumeFrameType.Ack or ResumeFrameType.Gone => 1 + QuicVarInt.GetLength(Number),
        ResumeFrameType.Hello => 1 + QuicVarInt.GetLength(Number) + (Session.IsEmpty ? 0 : ResumeSessionId.Length),
        ResumeFrameType.Welcome => 1 + QuicVarInt.GetLength(Number) + QuicVarInt.GetLength(Second) + ResumeSessionId.Length,
        ResumeFrameType.Retry => 1 + QuicVarInt.GetLength(Number) + QuicVarInt.GetLength(Second),
        _ => 1,
    };

    internal long Number => _fields.Number;

    internal long Second => _fields.Second;

    /// <summary>What may be kept.</summary>
    public OwnedResumeFrame ToOwned() => new(_fields, Payload.ToArray());
}
