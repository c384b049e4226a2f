using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Resume;

/// <summary>Reads one frame that is there whole (wire-resume §1).</summary>
public static class ResumeFrameParser
{
    /// <summary>Reads a frame.</summary>
    /// <param name="source">The whole frame, and nothing else.</param>
    /// <param name="frame">The frame, whose payload is part of <paramref name="source"/>.</param>
    /// <param name="error">What <see cref="OperationStatus.InvalidData"/> meant.</param>
    /// <param name="errorOffset">The offset of the offending byte in the frame.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus Parse(ReadOnlySpan<byte> source, out ResumeFrame frame, out ResumeProtocolError error, out int errorOffset)
    {
        frame = default;
        error = Examine(source, out errorOffset, out ResumeFrame parsed);
        if (error != ResumeProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        frame = parsed;
        return OperationStatus.Done;
    }

    private static ResumeProtocolError Examine(ReadOnlySpan<byte> source, out int offset, out ResumeFrame frame)
    {
        offset = 0;
        frame = default;
        if (source.IsEmpty)
        {
            return ResumeProtocolError.FrameEmpty;
        }

        ResumeFrameType type = (ResumeFrameType)source[0];
        if (type is ResumeFrameType.None or > ResumeFrameType.End)
        {
            return ResumeProtocolError.TypeUnknown;
        }

        long number = 0;
        long second = 0;
        offset = 1;
        ResumeProtocolError error = type == ResumeFrameType.End ? ResumeProtocolError.None : TakeNumber(source, ref offset, out number);
        error = error == ResumeProtocolError.None ? CheckNumber(type, number) : error;
        if (error != ResumeProtocolError.None)
        {
            offset = error is ResumeProtocolError.SequenceZero or ResumeProtocolError.ReasonUnknown ? 1 : offset;
            return error;
        }

        if (type is ResumeFrameType.Welcome or ResumeFrameType.Retry
            && TakeNumber(source, ref offset, out second) is var bad and not ResumeProtocolError.None)
        {
            return bad;
        }

        error = TakeSession(type, number, source, ref offset, out ResumeSessionId session);
        ReadOnlySpan<byte> payload = source[offset..];
        if (error == ResumeProtocolError.None && type is ResumeFrameType.Text)
        {
            Utf8Validator validator = default;
            OperationStatus status = validator.Validate(payload, out int invalid);
            error = status == OperationStatus.Done ? ResumeProtocolError.None : ResumeProtocolError.TextNotUtf8;
            offset = status == OperationStatus.InvalidData ? offset + invalid : source.Length;
        }
        else if (error == ResumeProtocolError.None && type is not ResumeFrameType.Binary && !payload.IsEmpty)
        {
            error = ResumeProtocolError.BytesBehind;
        }

        frame = new ResumeFrame(type, number, second, session, payload);
        return error;
    }

    private static ResumeProtocolError CheckNumber(ResumeFrameType type, long number)
        => type switch
        {
            ResumeFrameType.Text or ResumeFrameType.Binary or ResumeFrameType.Ack when number == 0 => ResumeProtocolError.SequenceZero,
            ResumeFrameType.Gone when number is 0 or > (long)ResumeGoneReason.TakenOver => ResumeProtocolError.ReasonUnknown,
            _ => ResumeProtocolError.None,
        };

    private static ResumeProtocolError TakeNumber(ReadOnlySpan<byte> source, ref int offset, out long number)
    {
        if (QuicVarInt.Decode(source[offset..], out number, out int length) != OperationStatus.Done)
        {
            return ResumeProtocolError.FieldMissing;
        }

        if (length != QuicVarInt.GetLength(number))
        {
            return ResumeProtocolError.NumberTooLong;
        }

        offset += length;
        return ResumeProtocolError.None;
    }

    private static ResumeProtocolError TakeSession(
        ResumeFrameType type, long received, ReadOnlySpan<byte> source, ref int offset, out ResumeSessionId session)
    {
        session = default;
        if (type is not (ResumeFrameType.Hello or ResumeFrameType.Welcome))
        {
            return ResumeProtocolError.None;
        }

        ReadOnlySpan<byte> rest = source[offset..];
        if (type == ResumeFrameType.Hello && rest.IsEmpty)
        {
            return received == 0 ? ResumeProtocolError.None : ResumeProtocolError.HelloWithoutSession;
        }

        if (rest.Length < ResumeSessionId.Length)
        {
            return ResumeProtocolError.FieldMissing;
        }

        session = ResumeSessionId.Read(rest[..ResumeSessionId.Length]);
        if (session.IsEmpty)
        {
            // It is what stands for "none", and the chance to draw it is 2^-128.
            return ResumeProtocolError.FieldMissing;
        }

        offset += ResumeSessionId.Length;
        return ResumeProtocolError.None;
    }
}
