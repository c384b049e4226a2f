using System.Text.Unicode;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Finds the first byte of a line that breaks a limit. Limits count what is held, U+FFFD in the place of what is not UTF-8 included. The answer is
/// the same whenever it is asked, of a line or of the part of it that has come, so that it does not depend on how the line was split.
/// </summary>
internal sealed class EventStreamLimits(EventStreamOptions options)
{
    private readonly int _maxField = options.MaxFieldLength;
    private readonly int _maxEvent = options.MaxEventLength;
    private readonly int _growth = options.ReplaceInvalidUtf8 ? Utf8Repair.MaxGrowth : 1;

    /// <summary>The longest line, its end not counted.</summary>
    public int MaxLine { get; } = options.MaxLineLength;

    /// <summary>A line of UTF-8 that is no longer breaks no limit by itself.</summary>
    public int ShortLine { get; } = Math.Min(options.MaxFieldLength, Math.Min(options.MaxLineLength, options.MaxEventLength));

    /// <summary>Whether what is not UTF-8 is replaced.</summary>
    public bool Repairs { get; } = options.ReplaceInvalidUtf8;

    /// <summary>Looks at a line.</summary>
    /// <param name="line">The line, or the part of it that has come.</param>
    /// <param name="isComplete">Whether it is all of the line.</param>
    /// <param name="held">How many bytes the block's data have before this line, the line feed that would join them included.</param>
    /// <param name="index">The first byte too many.</param>
    /// <param name="error">The limit that it breaks.</param>
    /// <returns>False when no limit is broken, as far as can be told yet.</returns>
    public bool TryFindOverflow(ReadOnlySpan<byte> line, bool isComplete, int held, out int index, out EventStreamProtocolError error)
    {
        index = int.MaxValue;
        error = EventStreamProtocolError.None;
        if ((long)line.Length * _growth <= ShortLine && held + ((long)line.Length * _growth) <= _maxEvent)
        {
            return false;
        }

        if (line.Length > MaxLine)
        {
            Note(MaxLine, EventStreamProtocolError.LineTooLong, ref index, ref error);
        }

        if (line.StartsWith("data"u8) && (line.Length == 4 || line[4] == ':'))
        {
            FindDataOverflow(line, isComplete, held, ref index, ref error);
        }
        else if (line.StartsWith("event:"u8) || line.StartsWith("id:"u8))
        {
            int start = ValueStart(line, line[0] == 'i' ? 3 : 6);
            FindValueOverflow(line, start, _maxField, isComplete, EventStreamProtocolError.FieldTooLong, ref index, ref error);
        }
        else if (line is [(byte)':', ..])
        {
            FindValueOverflow(line, ValueStart(line, 1), MaxLine, isComplete, EventStreamProtocolError.LineTooLong, ref index, ref error);
        }

        return error != EventStreamProtocolError.None;
    }

    private void FindDataOverflow(ReadOnlySpan<byte> line, bool isComplete, int held, ref int index, ref EventStreamProtocolError error)
    {
        int start = ValueStart(line, 5);
        if (isComplete && held > _maxEvent && line.Length <= start)
        {
            // An empty line of data is one line feed too many; that is certain at its end.
            Note(line.Length, EventStreamProtocolError.EventTooLong, ref index, ref error);
            return;
        }

        int room = Math.Max(0, _maxEvent - held);
        FindValueOverflow(line, start, room, isComplete, EventStreamProtocolError.EventTooLong, ref index, ref error);
    }

    private void FindValueOverflow(
        ReadOnlySpan<byte> line,
        int start,
        int room,
        bool isComplete,
        EventStreamProtocolError limit,
        ref int index,
        ref EventStreamProtocolError error)
    {
        ReadOnlySpan<byte> value = line[start..];
        bool isTooLong = value.Length > room;
        if (isTooLong)
        {
            Note(start + room, limit, ref index, ref error);
        }

        // What cannot be told before the line's end is not looked for: a line that grows byte by byte is looked through once.
        bool mayGrow = Repairs && (long)value.Length * _growth > room && (isComplete || error != EventStreamProtocolError.None);
        if (mayGrow && !Utf8.IsValid(value))
        {
            int first = Utf8Repair.IndexOfFirstWithoutRoom(value, room, isComplete);
            if (first < value.Length)
            {
                Note(start + first, limit, ref index, ref error);
            }
        }
    }

    /// <summary>The first byte counts; of two limits that the same byte breaks, the one that was found first.</summary>
    private static void Note(int at, EventStreamProtocolError limit, ref int index, ref EventStreamProtocolError error)
    {
        if (at < index)
        {
            (index, error) = (at, limit);
        }
    }

    /// <summary>Where the value starts behind a name and its colon, which are
    /// <paramref name="afterColon"/> bytes; the line's end where there is none.</summary>
    private static int ValueStart(ReadOnlySpan<byte> line, int afterColon)
        => Math.Min(line.Length, afterColon + (line.Length > afterColon && line[afterColon] == ' ' ? 1 : 0));
}
