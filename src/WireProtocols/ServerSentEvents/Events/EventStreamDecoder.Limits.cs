namespace WireProtocols.ServerSentEvents;

/// <content>What happens when a peer sends more than the options allow.</content>
public sealed partial class EventStreamDecoder
{
    /// <summary>Finds the first byte of a line, or of the part of it that has come, that breaks a limit. The answer is the same whenever
    /// it is asked, so that it does not depend on how the line was split.</summary>
    private bool TryFindOverflow(ReadOnlySpan<byte> line, bool isComplete, out int index, out EventStreamProtocolError error)
    {
        index = int.MaxValue;
        error = EventStreamProtocolError.None;
        if (line.Length <= _shortLine && _data.Length + line.Length <= _options.MaxEventLength)
        {
            return false;
        }

        if (line.Length > _options.MaxLineLength)
        {
            index = _options.MaxLineLength;
            error = EventStreamProtocolError.LineTooLong;
        }

        if (line.StartsWith("data"u8) && (line.Length == 4 || line[4] == ':'))
        {
            FindDataOverflow(line, isComplete, ref index, ref error);
        }
        else if (line.StartsWith("event:"u8) || line.StartsWith("id:"u8))
        {
            int valueStart = ValueStart(line, line[0] == 'i' ? 3 : 6);
            if (line.Length - valueStart > _options.MaxFieldLength && valueStart + _options.MaxFieldLength < index)
            {
                index = valueStart + _options.MaxFieldLength;
                error = EventStreamProtocolError.FieldTooLong;
            }
        }

        return error != EventStreamProtocolError.None;
    }

    private void FindDataOverflow(ReadOnlySpan<byte> line, bool isComplete, ref int index, ref EventStreamProtocolError error)
    {
        // Every line before has its line feed in the buffer, so that the buffer's length and this value's are the length of the event.
        int valueStart = ValueStart(line, 5);
        int room = Math.Max(0, _options.MaxEventLength - _data.Length);
        bool tooLong = line.Length - valueStart > room;
        if (!tooLong && isComplete && _data.Length > _options.MaxEventLength)
        {
            // An empty line of data is one line feed too many; that is certain at its end.
            (tooLong, valueStart, room) = (true, line.Length, 0);
        }

        if (tooLong && valueStart + room < index)
        {
            index = valueStart + room;
            error = EventStreamProtocolError.EventTooLong;
        }
    }

    /// <summary>Where the value starts behind a name and its colon, which are <paramref name="afterColon"/> bytes; the line's end where there
    /// is none.</summary>
    private static int ValueStart(ReadOnlySpan<byte> line, int afterColon)
        => Math.Min(line.Length, afterColon + (line.Length > afterColon && line[afterColon] == ' ' ? 1 : 0));

    private LineOutcome Overflow(EventStreamFieldKind kind, EventStreamProtocolError error, long offset, out EventStreamElement element)
    {
        element = default;
        if (!_options.SkipOversized)
        {
            Fail(error, offset);
            return LineOutcome.Failure;
        }

        if (kind is not (EventStreamFieldKind.Data or EventStreamFieldKind.Event or EventStreamFieldKind.Id) || (_state & State.InSkippedEvent) != 0)
        {
            // What is ignored at any length, or belongs to an event that is given up already.
            return LineOutcome.Nothing;
        }

        _data.Release();
        _type.Release();
        _state = (_state & ~(State.HasData | State.HasType)) | State.InSkippedEvent;
        ElementOffset = offset;
        element = new EventStreamElement(this, EventStreamElementKind.Skipped, (long)error, default);
        return LineOutcome.Element;
    }
}
