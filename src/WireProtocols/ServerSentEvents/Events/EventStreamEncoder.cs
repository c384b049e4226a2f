using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Writes the elements of an event stream (HTML §9.2.5). What is passed as a field parses back to that field and nothing else: data are split
/// at every CR, LF and CRLF, and whatever else cannot be said throws <see cref="ArgumentException"/> before a byte is written. Every element
/// is a block of its own, ended by a blank line, so that clients which look for blank lines only are well served too.
/// </summary>
public static partial class EventStreamEncoder
{
    /// <summary>What is asked of the output at once; longer events are written in pieces.</summary>
    private const int LargestSpan = 64 * 1024;

    /// <summary>Writes an event.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="data">The data in UTF-8. A CR or a CRLF arrives as an LF: the format has no other line ends.</param>
    /// <param name="type">The type in UTF-8; empty for none, which is <c>message</c>.</param>
    /// <param name="id">The ID in UTF-8; empty for none, which leaves the last one as it is (<see cref="WriteIdReset"/> resets it).</param>
    /// <exception cref="ArgumentException">Something is not UTF-8, the type holds a line end, or the ID holds one or NUL.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void WriteEvent(
        IBufferWriter<byte> output, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type = default, ReadOnlySpan<byte> id = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!type.IsEmpty)
        {
            CheckField(type, nameof(type));
        }

        CheckId(id, nameof(id));
        int lineEnd = FindLineEnd(data, nameof(data));
        long length = (type.IsEmpty ? 0 : type.Length + 8) + (id.IsEmpty ? 0 : id.Length + 5) + 1L
            + (lineEnd < 0 ? data.Length + 7L : DataLength(data));
        if (length > LargestSpan)
        {
            WriteLongEvent(output, data, type, id);
            return;
        }

        Span<byte> destination = output.GetSpan((int)length);
        int written = PutHead(destination, type, id);
        written += lineEnd < 0 ? PutLine(destination[written..], "data: "u8, data) : PutData(destination[written..], data);
        destination[written++] = (byte)'\n';
        output.Advance(written);
    }

    /// <summary>Writes a comment, which means nothing and keeps the connection alive.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="text">The text in UTF-8, one line; may be empty.</param>
    /// <exception cref="ArgumentException">The text is not UTF-8, or holds a line end.</exception>
    public static void WriteComment(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(output);
        CheckField(text, nameof(text));
        if (text.IsEmpty)
        {
            output.Write(":\n\n"u8);
            return;
        }

        output.Write(": "u8);
        output.Write(text);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes the reconnection time, rounded up to milliseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static void WriteRetry(IBufferWriter<byte> output, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        WriteRetry(output, (time.Ticks / TimeSpan.TicksPerMillisecond) + (time.Ticks % TimeSpan.TicksPerMillisecond > 0 ? 1 : 0));
    }

    /// <summary>Writes an empty ID: a client that connects again will not send a <c>Last-Event-ID</c>.</summary>
    public static void WriteIdReset(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("id:\n\n"u8);
    }

    /// <summary>Writes the reconnection time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static void WriteRetry(IBufferWriter<byte> output, long milliseconds)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        Span<byte> line = stackalloc byte[32];
        "retry: "u8.CopyTo(line);
        milliseconds.TryFormat(line[7..], out int digits, default, CultureInfo.InvariantCulture);
        "\n\n"u8.CopyTo(line[(7 + digits)..]);
        output.Write(line[..(9 + digits)]);
    }

    /// <summary>Writes the lines before the data; the destination has room.</summary>
    internal static int PutHead(Span<byte> destination, ReadOnlySpan<byte> type, ReadOnlySpan<byte> id)
    {
        int written = type.IsEmpty ? 0 : PutLine(destination, "event: "u8, type);
        return id.IsEmpty ? written : written + PutLine(destination[written..], "id: "u8, id);
    }

    internal static void CheckField(ReadOnlySpan<byte> value, string name)
    {
        if (FindLineEnd(value, name) >= 0)
        {
            throw new ArgumentException("One line has no line end in it.", name);
        }
    }

    internal static void CheckId(ReadOnlySpan<byte> id, string name)
    {
        if (id.IsEmpty)
        {
            return;
        }

        CheckField(id, name);
        if (id.Contains((byte)0))
        {
            throw new ArgumentException("An event ID holds no NUL, LF or CR.", name);
        }
    }

    private static int FindLineEnd(ReadOnlySpan<byte> value, string name)
    {
        int lineEnd = LineBlock.IndexOfBreak(value, out bool isAscii);
        if (!isAscii && !Utf8.IsValid(value))
        {
            // "Event streams in this format must always be encoded as UTF-8."
            throw new ArgumentException("The bytes are not UTF-8.", name);
        }

        return lineEnd;
    }

    private static int PutLine(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        name.CopyTo(destination);
        value.CopyTo(destination[name.Length..]);
        destination[name.Length + value.Length] = (byte)'\n';
        return name.Length + value.Length + 1;
    }

    private static int PutData(Span<byte> destination, ReadOnlySpan<byte> data)
    {
        int written = 0;
        bool more;
        do
        {
            more = TakeLine(ref data, out ReadOnlySpan<byte> line);
            written += PutLine(destination[written..], "data: "u8, line);
        }
        while (more);
        return written;
    }

    private static long DataLength(ReadOnlySpan<byte> data)
    {
        long length = 0;
        bool more;
        do
        {
            more = TakeLine(ref data, out ReadOnlySpan<byte> line);
            length += line.Length + 7;
        }
        while (more);
        return length;
    }

    private static void WriteLongEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> data, ReadOnlySpan<byte> type, ReadOnlySpan<byte> id)
    {
        Span<byte> head = output.GetSpan(type.Length + id.Length + 13);
        output.Advance(PutHead(head, type, id));
        bool more;
        do
        {
            more = TakeLine(ref data, out ReadOnlySpan<byte> line);
            output.Write("data: "u8);
            output.Write(line);
            output.Write("\n"u8);
        }
        while (more);
        output.Write("\n"u8);
    }

    /// <summary>Takes a line off the front; an end at the end of the data begins one more, empty line.</summary>
    /// <returns>Whether another line follows.</returns>
    private static bool TakeLine(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> line)
    {
        int end = data.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            line = data;
            return false;
        }

        line = data[..end];
        bool isCrLf = data[end] == '\r' && end + 1 < data.Length && data[end + 1] == '\n';
        data = data[(end + (isCrLf ? 2 : 1))..];
        return true;
    }
}
