using System.Buffers;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.Resume;

/// <summary>Makes frames (wire-resume §1). What a caller passes is checked here, so that every frame there is can be written and read
/// again.</summary>
public static class ResumeFrames
{
    /// <summary>A message of UTF-8.</summary>
    /// <param name="sequence">Its number, from 1 on.</param>
    /// <param name="payload">The text.</param>
    /// <exception cref="ArgumentException">The text is not UTF-8.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is none of a message.</exception>
    public static ResumeFrame Text(long sequence, ReadOnlySpan<byte> payload)
        => Utf8.IsValid(payload)
            ? new ResumeFrame(ResumeFrameType.Text, Check(sequence, 1, nameof(sequence)), 0, default, payload)
            : throw new ArgumentException("The text is not UTF-8.", nameof(payload));

    /// <summary>A message of bytes.</summary>
    /// <param name="sequence">Its number, from 1 on.</param>
    /// <param name="payload">The bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is none of a message.</exception>
    public static ResumeFrame Binary(long sequence, ReadOnlySpan<byte> payload)
        => new(ResumeFrameType.Binary, Check(sequence, 1, nameof(sequence)), 0, default, payload);

    /// <summary>What has been received.</summary>
    /// <param name="sequence">The number of the last message received.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is none of a message.</exception>
    public static ResumeFrame Ack(long sequence) => new(ResumeFrameType.Ack, Check(sequence, 1, nameof(sequence)), 0, default, default);

    /// <summary>A client's first frame.</summary>
    /// <param name="session">The session; empty for a new one.</param>
    /// <param name="received">The number of the last message received; 0 for none.</param>
    /// <exception cref="ArgumentException">Something was received of no session.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is none.</exception>
    public static ResumeFrame Hello(ResumeSessionId session = default, long received = 0)
        => received > 0 && session.IsEmpty
            ? throw new ArgumentException("Nothing was received of a session that there is not.", nameof(session))
            : new ResumeFrame(ResumeFrameType.Hello, Check(received, 0, nameof(received)), 0, session, default);

    /// <summary>A server's answer.</summary>
    /// <param name="session">The session.</param>
    /// <param name="received">The number of the last message received; 0 for none.</param>
    /// <param name="keep">How long the session is kept without a connection; fractions of a second do not count.</param>
    /// <exception cref="ArgumentException">The session is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is none.</exception>
    public static ResumeFrame Welcome(ResumeSessionId session, long received, TimeSpan keep)
        => session.IsEmpty
            ? throw new ArgumentException("A session has an ID.", nameof(session))
            : new ResumeFrame(
                ResumeFrameType.Welcome, Check(received, 0, nameof(received)), Check((long)keep.TotalSeconds, 0, nameof(keep)), session, default);

    /// <summary>What is gone.</summary>
    /// <param name="reason">What.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of the table.</exception>
    public static ResumeFrame Gone(ResumeGoneReason reason)
        => reason is >= ResumeGoneReason.Session and <= ResumeGoneReason.TakenOver
            ? new ResumeFrame(ResumeFrameType.Gone, (long)reason, 0, default, default)
            : throw new ArgumentOutOfRangeException(nameof(reason), reason, "Nothing is gone for this reason.");

    /// <summary>Come back later.</summary>
    /// <param name="delay">After how long at the earliest; fractions of a millisecond do not count.</param>
    /// <param name="window">Over how long the clients are spread behind that.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is negative.</exception>
    public static ResumeFrame Retry(TimeSpan delay, TimeSpan window)
        => new(
            ResumeFrameType.Retry,
            Check((long)delay.TotalMilliseconds, 0, nameof(delay)),
            Check((long)window.TotalMilliseconds, 0, nameof(window)),
            default,
            default);

    /// <summary>The session is over.</summary>
    public static ResumeFrame End() => new(ResumeFrameType.End, 0, 0, default, default);

    /// <summary>A frame over the payload of one that is kept.</summary>
    /// <param name="frame">The frame that is kept.</param>
    public static ResumeFrame Lend(this OwnedResumeFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new ResumeFrame(frame.Fields.Type, frame.Fields.Number, frame.Fields.Second, frame.Session, frame.Payload.Span);
    }

    /// <summary>Writes a frame as a message of a transport that keeps the bounds of messages.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="frame">The frame.</param>
    /// <exception cref="ArgumentException">The frame has no type.</exception>
    public static void Write(IBufferWriter<byte> output, ResumeFrame frame)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (frame.Type == ResumeFrameType.None)
        {
            throw new ArgumentException("The frame has no type.", nameof(frame));
        }

        int length = frame.EncodedLength;
        Span<byte> destination = output.GetSpan(length);
        destination[0] = (byte)frame.Type;
        int written = 1;
        if (frame.Type != ResumeFrameType.End)
        {
            written += Put(frame.Number, destination[written..]);
        }

        if (frame.Type is ResumeFrameType.Welcome or ResumeFrameType.Retry)
        {
            written += Put(frame.Second, destination[written..]);
        }

        if (!frame.Session.IsEmpty)
        {
            frame.Session.CopyTo(destination[written..]);
        }

        frame.Payload.CopyTo(destination[written..]);
        output.Advance(length);
    }

    /// <summary>Writes a frame behind its length, as a stream of frames has it (wire-resume §5).</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="frame">The frame.</param>
    /// <exception cref="ArgumentException">The frame has no type.</exception>
    public static void WriteToStream(IBufferWriter<byte> output, ResumeFrame frame)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (frame.Type == ResumeFrameType.None)
        {
            throw new ArgumentException("The frame has no type.", nameof(frame));
        }

        output.Advance(Put(frame.EncodedLength, output.GetSpan(QuicVarInt.MaxLength)));
        Write(output, frame);
    }

    private static int Put(long number, Span<byte> destination)
    {
        QuicVarInt.Encode(number, destination, out int written);
        return written;
    }

    private static long Check(long number, long least, string name)
        => number >= least && number <= QuicVarInt.MaxValue
            ? number
            : throw new ArgumentOutOfRangeException(name, number, $"The number is {least} to 2^62 - 1.");
}
