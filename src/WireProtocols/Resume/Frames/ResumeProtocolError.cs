namespace WireProtocols.Resume;

/// <summary>
/// The rules of <c>wire.resume.v1</c> that a peer can break: sentence and section of docs/resume.md, which <see cref="ResumeProtocolErrors"/> gives.
/// </summary>
public enum ResumeProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>A stream ends only behind a whole frame (wire-resume §5).</summary>
    UnexpectedEnd,

    /// <summary>A frame is no longer than MaxFrameLength (wire-resume §5).</summary>
    /// <remarks>The limit is <see cref="ResumeFrameOptions.MaxFrameLength"/>.</remarks>
    FrameTooLong,

    /// <summary>A frame has at least its type (wire-resume §1, wire-resume §5).</summary>
    FrameEmpty,

    /// <summary>A type is one of the table (wire-resume §1).</summary>
    TypeUnknown,

    /// <summary>A frame has every field that its type asks for, whole (wire-resume §1).</summary>
    FieldMissing,

    /// <summary>A number has its shortest form (wire-resume §1).</summary>
    NumberTooLong,

    /// <summary>Messages are numbered from 1 on (wire-resume §1).</summary>
    SequenceZero,

    /// <summary>A HELLO without an ID has received nothing (wire-resume §1).</summary>
    HelloWithoutSession,

    /// <summary>Nothing is behind what a frame holds (wire-resume §1).</summary>
    BytesBehind,

    /// <summary>The payload of TEXT is UTF-8 (wire-resume §1).</summary>
    TextNotUtf8,

    /// <summary>A reason of GONE is 1, 2 or 3 (wire-resume §1, wire-resume §3).</summary>
    ReasonUnknown,

    /// <summary>A frame is sent by an end that may send it, and not before its time (wire-resume §1, wire-resume §3).</summary>
    FrameUnexpected,

    /// <summary>Messages come in the order of their numbers, and none is left out (wire-resume §2).</summary>
    MessageMissing,

    /// <summary>Only what was sent is acknowledged (wire-resume §2).</summary>
    NeverSent,

    /// <summary>A frame is a binary message of a WebSocket (wire-resume §5).</summary>
    NotBinary,
}
