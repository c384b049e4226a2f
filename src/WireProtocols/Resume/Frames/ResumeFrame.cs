using WireProtocols.Buffers;

namespace WireProtocols.Resume;

/// <summary>A frame of <c>wire.resume.v1</c> (wire-resume §1), lent: its payload is valid until the next call of whoever handed it out.</summary>
public readonly ref struct ResumeFrame
{
    internal ResumeFrame(ResumeFrameType type, long number, long second, ResumeSessionId session, ReadOnlySpan<byte> payload)
    {
        Type = type;
        Number = number;
        Second = second;
        Session = session;
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public ResumeFrameType Type { get; }

    /// <summary>The message's number; of ACK, HELLO and WELCOME that of the last message received; of others 0.</summary>
    public long Sequence => Type is >= ResumeFrameType.Text and <= ResumeFrameType.Welcome ? Number : 0;

    /// <summary>The message; empty where the frame carries none.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The session of HELLO and WELCOME; empty where there is none.</summary>
    public ResumeSessionId Session { get; }

    /// <summary>How long the server of a WELCOME keeps a session without a connection.</summary>
    public TimeSpan Keep => Type == ResumeFrameType.Welcome ? ToTime(Second, TimeSpan.TicksPerSecond) : TimeSpan.Zero;

    /// <summary>What is gone.</summary>
    public ResumeGoneReason Reason => Type == ResumeFrameType.Gone ? (ResumeGoneReason)Number : ResumeGoneReason.None;

    /// <summary>After how long a RETRY wants the client back at the earliest.</summary>
    public TimeSpan Delay => Type == ResumeFrameType.Retry ? ToTime(Number, TimeSpan.TicksPerMillisecond) : TimeSpan.Zero;

    /// <summary>Over how long the clients are spread behind that.</summary>
    public TimeSpan Window => Type == ResumeFrameType.Retry ? ToTime(Second, TimeSpan.TicksPerMillisecond) : TimeSpan.Zero;

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

    internal long Number { get; }

    internal long Second { get; }

    /// <summary>What may be kept.</summary>
    public OwnedResumeFrame ToOwned() => new(this);

    /// <summary>A number of the wire as a time; one that is longer than a time can be is the longest.</summary>
    private static TimeSpan ToTime(long number, long ticks)
        => number > TimeSpan.MaxValue.Ticks / ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks(number * ticks);
}
