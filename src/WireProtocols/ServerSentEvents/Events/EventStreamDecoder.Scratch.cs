using System.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <content>The careful path: lines and blocks that span sources, and every line that is not an event's first data, its type or its id.</content>
public sealed partial class EventStreamDecoder
{
    private enum LineOutcome
    {
        Nothing,
        Element,
        Failure,
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Decodes where the last source left something behind, then goes on with whole lines.</summary>
    private OperationStatus Resume(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
    {
        element = default;
        bytesConsumed = 0;
        if ((_state & State.Failed) != 0)
        {
            return OperationStatus.InvalidData;
        }

        FreeLent();
        if (source.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        int start = (_state & State.AtStart) != 0 ? PassByteOrderMark(source) : PassPendingLineFeed(source);
        if ((_state & (State.InLine | State.InDiscardedLine)) != 0)
        {
            int end = start == source.Length ? -1 : source[start..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                return EndSource(source, start, out bytesConsumed, out element);
            }

            LineOutcome outcome = EndPendingLine(source[start..(start + end)], _position + start, out element);
            if (outcome == LineOutcome.Failure)
            {
                return OperationStatus.InvalidData;
            }

            start += end + 1;
            start = source[start - 1] == '\r' ? PassLineFeed(source, start) : start;
            if (outcome == LineOutcome.Element)
            {
                bytesConsumed = start;
                _position += start;
                return OperationStatus.Done;
            }
        }

        return DecodeLines(source, start, out bytesConsumed, out element);
    }

    /// <summary>Keeps the start of a line whose end is behind this source.</summary>
    private OperationStatus EndSource(ReadOnlySpan<byte> source, int lineStart, out int bytesConsumed, out EventStreamElement element)
    {
        bytesConsumed = source.Length;
        element = default;
        OperationStatus status = OperationStatus.NeedMoreData;
        if (lineStart < source.Length && (_state & State.InDiscardedLine) == 0)
        {
            LineOutcome outcome = AppendToLine(source[lineStart..], _position + lineStart, out element);
            if (outcome == LineOutcome.Failure)
            {
                bytesConsumed = 0;
                return OperationStatus.InvalidData;
            }

            status = outcome == LineOutcome.Element ? OperationStatus.Done : status;
        }

        _position += source.Length;
        if ((_state & (Pending | State.Lent)) == 0)
        {
            ReleaseScratch();
        }

        return status;
    }

    private LineOutcome AppendToLine(ReadOnlySpan<byte> piece, long offset, out EventStreamElement element)
    {
        long lineOffset = offset - _line.Length;
        int room = _options.MaxLineLength + 1 - _line.Length;
        _line.Append(piece[..Math.Min(room, piece.Length)]);
        _state |= State.InLine;
        if (TryFindOverflow(_line.Written, isComplete: false, out int index, out EventStreamProtocolError error))
        {
            LineOutcome outcome = Overflow(EventStreamField.Parse(_line.Written).Kind, error, lineOffset + index, out element);
            _line.Clear();
            _state = (_state & ~State.InLine) | (outcome == LineOutcome.Failure ? 0 : State.InDiscardedLine);
            return outcome;
        }

        element = default;
        return LineOutcome.Nothing;
    }

    /// <summary>Ends the line whose start is in scratch.</summary>
    private LineOutcome EndPendingLine(ReadOnlySpan<byte> rest, long offset, out EventStreamElement element)
    {
        if ((_state & State.InDiscardedLine) == 0)
        {
            LineOutcome outcome = AppendToLine(rest, offset, out element);
            if ((_state & State.InDiscardedLine) == 0 && outcome != LineOutcome.Failure)
            {
                outcome = ProcessLine(_line.Written, offset + rest.Length - _line.Length, out element);
                _state &= ~State.InLine;
                if (outcome == LineOutcome.Element)
                {
                    _state |= State.Lent;
                }
                else
                {
                    _line.Clear();
                }

                return outcome;
            }

            _state &= ~State.InDiscardedLine;
            return outcome;
        }

        _state &= ~State.InDiscardedLine;
        element = default;
        return LineOutcome.Nothing;
    }

    /// <summary>Gives a line that is not blank its meaning.</summary>
    private LineOutcome ProcessLine(ReadOnlySpan<byte> line, long offset, out EventStreamElement element)
    {
        EventStreamField field = EventStreamField.Parse(line);
        if (TryFindOverflow(line, isComplete: true, out int index, out EventStreamProtocolError error))
        {
            return Overflow(field.Kind, error, offset + index, out element);
        }

        element = default;
        switch (field.Kind)
        {
            case EventStreamFieldKind.Data when (_state & State.InSkippedEvent) == 0:
                AppendData(field.Value);
                break;
            case EventStreamFieldKind.Event when (_state & State.InSkippedEvent) == 0:
                SetType(field.Value);
                break;
            case EventStreamFieldKind.Id when !field.Value.Contains((byte)0):
                // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
                SetId(field.Value);
                break;
            case EventStreamFieldKind.Retry when EventStreamField.TryParseRetry(field.Value, out long milliseconds):
                ElementOffset = offset;
                element = new EventStreamElement(this, EventStreamElementKind.Retry, milliseconds, default);
                return LineOutcome.Element;
            case EventStreamFieldKind.Comment:
                ElementOffset = offset;
                element = new EventStreamElement(this, EventStreamElementKind.Comment, 0, Repair(field.Value, ref _repairedData));
                return LineOutcome.Element;
        }

        return LineOutcome.Nothing;
    }

    private void FreeLent()
    {
        if ((_state & State.Lent) == 0)
        {
            return;
        }

        // What the last element did not hand out is still pending: a comment may stand amid the lines of an event.
        _state &= ~State.Lent;
        _repairedData.Clear();
        _repairedType.Clear();
        _line.Truncate((_state & State.InLine) != 0 ? _line.Length : 0);
        _data.Truncate((_state & State.HasData) != 0 ? _data.Length : 0);
        _type.Truncate((_state & State.HasType) != 0 ? _type.Length : 0);
    }

    private int PassPendingLineFeed(ReadOnlySpan<byte> source)
    {
        if ((_state & State.AfterCarriageReturn) == 0)
        {
            return 0;
        }

        _state &= ~State.AfterCarriageReturn;
        if (source[0] != '\n')
        {
            return 0;
        }

        _blockStart += _blockStart == _position ? 1 : 0;
        return 1;
    }

    /// <summary>"The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark (BOM), if any." It may come in pieces, and what
    /// only begins like one belongs to the first line.</summary>
    private int PassByteOrderMark(ReadOnlySpan<byte> source)
    {
        int index = 0;
        while (index < source.Length)
        {
            if (source[index] != ByteOrderMark[_byteOrderMark])
            {
                _state &= ~State.AtStart;
                if (_byteOrderMark > 0)
                {
                    _line.Append(ByteOrderMark[.._byteOrderMark]);
                    _state |= State.InLine;
                }

                return index;
            }

            index++;
            if (++_byteOrderMark == ByteOrderMark.Length)
            {
                _state &= ~State.AtStart;
                _blockStart = _position + index;
                return index;
            }
        }

        return index;
    }
}
