using System.Globalization;
using System.Text;
using WireProtocols.Resume;

namespace WireProtocols.Fuzz.Resume;

/// <summary>Streams of frames, transcribed from wire-resume §1 and §5 over the whole input at once.</summary>
public static class NaiveResume
{
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, ResumeFrameOptions options)
    {
        Transcript rows = new();
        byte[] bytes = input.ToArray();
        int at = 0;
        try
        {
            while (at < bytes.Length)
            {
                int size = 1 << (bytes[at] >> 6);
                if (at + size > bytes.Length)
                {
                    throw new NaiveException(ResumeProtocolError.UnexpectedEnd, bytes.Length);
                }

                int field = at;
                long length = Number(bytes, ref field, bytes.Length, at);
                Require(length > 0, ResumeProtocolError.FrameEmpty, at);
                Require(length <= options.MaxFrameLength, ResumeProtocolError.FrameTooLong, at);
                Require(field + length <= bytes.Length, ResumeProtocolError.UnexpectedEnd, bytes.Length);
                at = field + (int)length;
                rows.Row(Frame(bytes, field, at));
            }
        }
        catch (NaiveException exception)
        {
            rows.Error(exception.Error, exception.Index);
        }

        return rows.Rows;
    }

    private static string Frame(byte[] bytes, int at, int end)
    {
        int type = bytes[at];
        Require(type is >= 1 and <= 8, ResumeProtocolError.TypeUnknown, at);
        int first = ++at;
        long number = type == 8 ? 0 : Number(bytes, ref at, end, at);
        Require(type > 3 || number > 0, ResumeProtocolError.SequenceZero, first);
        Require(type != 6 || number is 1 or 2 or 3, ResumeProtocolError.ReasonUnknown, first);
        long second = type is 5 or 7 ? Number(bytes, ref at, end, at) : 0;
        string id = type is 4 or 5 ? Session(bytes, type, number, ref at, end) : "";
        string payload = Convert.ToHexStringLower(bytes, at, end - at);
        switch (type)
        {
            case 1:
                CheckText(bytes, at, end);
                return Line($"text {number} {payload}");
            case 2:
                return Line($"binary {number} {payload}");
            default:
                Require(at == end, ResumeProtocolError.BytesBehind, at);
                return type switch
                {
                    3 => Line($"ack {number}"),
                    4 => Line($"hello {number} {id}"),
                    5 => Line($"welcome {number} {Time(second, TimeSpan.TicksPerSecond).TotalSeconds:F0} {id}"),
                    6 => Line($"gone {number}"),
                    7 => Line($"retry {Milliseconds(number):F0} {Milliseconds(second):F0}"),
                    _ => "end",
                };
        }
    }

    private static string Session(byte[] bytes, int type, long received, ref int at, int end)
    {
        if (type == 4 && at == end)
        {
            Require(received == 0, ResumeProtocolError.HelloWithoutSession, at);
            return "-";
        }

        Require(end - at >= 16 && bytes.AsSpan(at, 16).ContainsAnyExcept((byte)0), ResumeProtocolError.FieldMissing, at);
        at += 16;
        return Convert.ToHexStringLower(bytes, at - 16, 16);
    }

    private static long Number(byte[] bytes, ref int at, int end, int where)
    {
        Require(at < end && at + (1 << (bytes[at] >> 6)) <= end, ResumeProtocolError.FieldMissing, where);
        int length = 1 << (bytes[at] >> 6);
        long value = bytes[at] & 0x3F;
        for (int i = 1; i < length; i++)
        {
            value = (value << 8) | bytes[at + i];
        }

        bool isShortest = length == 1 || value >= 1L << ((length * 4) - 2);
        Require(isShortest, ResumeProtocolError.NumberTooLong, where);
        at += length;
        return value;
    }

    /// <summary>A character is wrong at its first byte that no character can have there.</summary>
    private static void CheckText(byte[] bytes, int at, int end)
    {
        UTF8Encoding strict = new(false, true);
        for (int length = 0; length <= end - at; length++)
        {
            // The longest beginning that some text begins with: what follows it breaks the text.
            if (!IsBeginning(strict, bytes.AsSpan(at, length)))
            {
                throw new NaiveException(ResumeProtocolError.TextNotUtf8, at + length - 1);
            }
        }

        Require(IsText(strict, bytes.AsSpan(at, end - at)), ResumeProtocolError.TextNotUtf8, end);
    }

    private static bool IsBeginning(UTF8Encoding strict, ReadOnlySpan<byte> text)
    {
        // Only the last character may be unfinished, so only the last four bytes matter; all before was looked at already.
        int start = Math.Max(0, text.Length - 4);
        while (start > 0 && start < text.Length && (text[start] & 0xC0) == 0x80 && start > text.Length - 8)
        {
            start--;
        }

        Span<byte> rest = stackalloc byte[12];
        text = text[start..];
        byte[][] tails = [[], [0x80], [0xA0], [0x90], [0x80, 0x80], [0xA0, 0x80], [0x90, 0x80], [0x80, 0x80, 0x80], [0x90, 0x80, 0x80]];
        foreach (byte[] tail in tails)
        {
            text.CopyTo(rest);
            tail.CopyTo(rest[text.Length..]);
            if (IsText(strict, rest[..(text.Length + tail.Length)]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(UTF8Encoding strict, ReadOnlySpan<byte> text)
    {
        try
        {
            strict.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static double Milliseconds(long number) => Time(number, TimeSpan.TicksPerMillisecond).TotalMilliseconds;

    private static TimeSpan Time(long number, long ticks)
        => number > TimeSpan.MaxValue.Ticks / ticks ? TimeSpan.MaxValue : new TimeSpan(number * ticks);

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

    private static void Require(bool holds, ResumeProtocolError error, int index)
    {
        if (!holds)
        {
            throw new NaiveException(error, index);
        }
    }

    private sealed class NaiveException(ResumeProtocolError error, int index) : Exception
    {
        public ResumeProtocolError Error => error;

        public int Index => index;
    }
}
