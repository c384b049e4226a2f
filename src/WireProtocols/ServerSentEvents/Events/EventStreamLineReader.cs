using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>What a line led to.</summary>
internal enum EventStreamLineOutcome
{
    /// <summary>Nothing yet.</summary>
    Nothing,

    /// <summary>An element.</summary>
    Element,

    /// <summary>A limit is broken (<see cref="EventStreamLineReader.Error"/>); nothing follows.</summary>
    Failure,
}

/// <summary>
/// The careful path: gives lines their meaning one by one (HTML §9.2.6) and keeps what spans sources, the line under way and the block under way.
/// </summary>
internal sealed class EventStreamLineReader(EventStreamContext context, EventStreamLimits limits, bool skipsOversized)
{
    private readonly EventStreamBlock _block = new(context, limits.Repairs);
    private readonly EventStreamLine _line = new(limits);
    private Scratch _comment;

    /// <summary>The limit that was broken.</summary>
    public EventStreamProtocolError Error { get; private set; }

    /// <summary>The offending byte, from the start of the stream.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>Whether the start of a line has come, and its end has not.</summary>
    public bool IsInLine => _line.IsUnderWay;

    /// <summary>Whether the block has set anything that its blank line acts on.</summary>
    public bool IsInBlock => _block.IsUnderWay;

    /// <summary>Whether the blank line makes an event of the block.</summary>
    public bool HasData => _block.HasData;

    /// <summary>Whether an element may point into scratch, which is free at the next call.</summary>
    public bool MayLend { get; private set; }

    /// <summary>Where the last line started that means nothing; -1 when none did.</summary>
    public long LastIgnoredLine { get; private set; } = -1;

    /// <summary>Whether the line under way, if it ended here, would mean nothing.</summary>
    public bool IsInUnknownLine => _line.IsUnderWay && EventStreamField.Parse(_line.Gathered).Kind == EventStreamFieldKind.Unknown;

    /// <summary>How many bytes are kept.</summary>
    public int ScratchLength => _line.Length + _block.ScratchLength + _comment.Length;

    /// <summary>Keeps a piece of a line whose end is not there.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="offset">Where it is in the stream.</param>
    /// <param name="element">An element, when the line is too long and its event is given up.</param>
    public EventStreamLineOutcome Append(ReadOnlySpan<byte> piece, long offset, out EventStreamElement element)
    {
        element = default;
        if (_line.IsDiscarded)
        {
            return EventStreamLineOutcome.Nothing;
        }

        long lineOffset = offset - _line.Length;
        _line.Append(piece);
        if (!limits.TryFindOverflow(_line.Gathered, isComplete: false, _block.Held, out int index, out EventStreamProtocolError error))
        {
            return EventStreamLineOutcome.Nothing;
        }

        EventStreamLineOutcome outcome = Overflow(EventStreamField.Parse(_line.Gathered).Kind, error, lineOffset + index, out element);
        if (outcome != EventStreamLineOutcome.Failure)
        {
            _line.Discard();
        }

        return outcome;
    }

    /// <summary>Ends the line whose start is kept.</summary>
    /// <param name="rest">The rest of it.</param>
    /// <param name="offset">Where the rest is in the stream.</param>
    /// <param name="element">The element that the line is, if it is one.</param>
    public EventStreamLineOutcome End(ReadOnlySpan<byte> rest, long offset, out EventStreamElement element)
    {
        EventStreamLineOutcome outcome = Append(rest, offset, out element);
        if (outcome == EventStreamLineOutcome.Failure || _line.IsDiscarded)
        {
            _line.End();
            return outcome;
        }

        ReadOnlySpan<byte> line = _line.End();
        outcome = Read(line, offset + rest.Length - line.Length, out element);
        if (outcome == EventStreamLineOutcome.Element)
        {
            MayLend = true;
        }
        else
        {
            _line.EndLoan();
        }

        return outcome;
    }

    /// <summary>Gives a line that is not blank its meaning.</summary>
    /// <param name="line">The whole line without its end.</param>
    /// <param name="offset">Where it starts in the stream.</param>
    /// <param name="element">The element that the line is, if it is one.</param>
    public EventStreamLineOutcome Read(ReadOnlySpan<byte> line, long offset, out EventStreamElement element)
    {
        EventStreamField field = EventStreamField.Parse(line);
        if (limits.TryFindOverflow(line, isComplete: true, _block.Held, out int index, out EventStreamProtocolError error))
        {
            return Overflow(field.Kind, error, offset + index, out element);
        }

        element = default;
        switch (field.Kind)
        {
            case EventStreamFieldKind.Data when !_block.IsSkipped:
                _block.AppendData(field.Value);
                return EventStreamLineOutcome.Nothing;
            case EventStreamFieldKind.Event when !_block.IsSkipped:
                _block.SetType(field.Value);
                return EventStreamLineOutcome.Nothing;
            case EventStreamFieldKind.Id when !field.Value.Contains((byte)0):
                // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
                _block.SetId(field.Value);
                return EventStreamLineOutcome.Nothing;
            case EventStreamFieldKind.Retry when EventStreamField.TryParseRetry(field.Value, out long milliseconds):
                context.ElementOffset = offset;
                element = new EventStreamElement(context, EventStreamElementKind.Retry, milliseconds, default);
                return EventStreamLineOutcome.Element;
            case EventStreamFieldKind.Comment:
                context.ElementOffset = offset;
                element = new EventStreamElement(context, EventStreamElementKind.Comment, 0, RepairComment(field.Value));
                return EventStreamLineOutcome.Element;
            default:
                LastIgnoredLine = offset;
                return EventStreamLineOutcome.Nothing;
        }
    }

    /// <summary>Keeps what the source has brought of a block that goes on behind it.</summary>
    public void Keep(ReadOnlySpan<byte> source, scoped in EventStreamSlices slices)
    {
        if (slices.HasData)
        {
            _block.AppendData(slices.Data(source));
        }

        if (slices.HasType)
        {
            _block.SetType(slices.Type(source));
        }

        if (slices.HasId)
        {
            _block.SetId(slices.Id(source));
        }
    }

    /// <summary>The blank line: "Dispatch the event".</summary>
    /// <param name="blockStart">Where the block started in the stream.</param>
    /// <param name="element">The event.</param>
    /// <returns>False when the block has no data, and so is none.</returns>
    public bool TryDispatch(long blockStart, out EventStreamElement element)
    {
        if (!_block.TryDispatch(out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type))
        {
            element = default;
            return false;
        }

        MayLend = true;
        context.ElementOffset = blockStart;
        element = new EventStreamElement(context, data, type);
        return true;
    }

    /// <summary>Takes back what was lent. What is under way stays: a comment may stand amid the lines of an event.</summary>
    public void EndLoans()
    {
        if (MayLend)
        {
            MayLend = false;
            _line.EndLoan();
            _block.EndLoan();
            _comment.EndLoan();
        }
    }

    /// <summary>Forgets everything that is kept.</summary>
    public void Release()
    {
        _line.Release();
        _block.Release();
        _comment.Release();
        MayLend = false;
    }

    /// <summary>Forgets everything, a failure included.</summary>
    public void Reset()
    {
        Release();
        (Error, ErrorOffset, LastIgnoredLine) = (EventStreamProtocolError.None, 0, -1);
    }

    /// <summary>Fails for good.</summary>
    public void Fail(EventStreamProtocolError error, long offset)
    {
        (Error, ErrorOffset) = (error, offset);
        Release();
    }

    private ReadOnlySpan<byte> RepairComment(ReadOnlySpan<byte> text)
    {
        if (!limits.Repairs || Utf8.IsValid(text))
        {
            return text;
        }

        MayLend = true;
        Utf8Repair.Gather(ref _comment, text);
        return _comment.Lend(default);
    }

    private EventStreamLineOutcome Overflow(EventStreamFieldKind kind, EventStreamProtocolError error, long offset, out EventStreamElement element)
    {
        element = default;
        if (!skipsOversized)
        {
            Fail(error, offset);
            return EventStreamLineOutcome.Failure;
        }

        if (kind is not (EventStreamFieldKind.Data or EventStreamFieldKind.Event or EventStreamFieldKind.Id) || _block.IsSkipped)
        {
            // What is ignored at any length, or belongs to an event that is given up already.
            return EventStreamLineOutcome.Nothing;
        }

        _block.Skip();
        context.ElementOffset = offset;
        element = new EventStreamElement(context, EventStreamElementKind.Skipped, (long)error, default);
        return EventStreamLineOutcome.Element;
    }
}
