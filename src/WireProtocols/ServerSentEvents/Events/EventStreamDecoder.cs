using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Decodes an event stream (HTML §9.2.5, §9.2.6) fed in any split. An event whose data are one line in one source is a slice of that
/// source; everything else is put together in pooled scratch, where no byte is looked at twice. A line end acts at once: a CR is not held
/// back until the byte after it says whether it is a CRLF.
/// </summary>
/// <remarks>
/// For whoever changes this: there are three ways through a source, each behind the one before. <see cref="EventStreamSimpleEvent"/> takes the event
/// that nearly every event is; <see cref="DecodeLines"/> goes from line to line and keeps values as <see cref="EventStreamSlices"/> of the source;
/// what spans sources, or is out of the ordinary, goes through <see cref="EventStreamLineReader"/>.
/// </remarks>
public sealed class EventStreamDecoder : IDisposable
{
    private readonly EventStreamOptions _options;
    private readonly EventStreamLimits _limits;
    private readonly EventStreamContext _context;
    private readonly EventStreamLineReader _lines;
    private EventStreamStart _start;

    // Whether nothing is kept from one call to the next, so that the next byte is the first of a line, and the block so far has set no field.
    private bool _isClean;
    private bool _isBehindCarriageReturn;
    private long _position;
    private long _blockStart;

    /// <param name="options">The limits; <see cref="EventStreamOptions.Default"/> when null.</param>
    /// <param name="lastEventId">The last event ID that an earlier connection left off with; it stays until the stream sets another.</param>
    /// <exception cref="ArgumentException">The ID holds NUL, LF or CR, which no ID can (HTML §9.2.4).</exception>
    public EventStreamDecoder(EventStreamOptions? options = null, string? lastEventId = null)
    {
        lastEventId ??= "";
        if (lastEventId.AsSpan().ContainsAny('\0', '\n', '\r'))
        {
            throw new ArgumentException("An event ID holds no NUL, LF or CR.", nameof(lastEventId));
        }

        _options = options ?? EventStreamOptions.Default;
        _limits = new EventStreamLimits(_options);
        _context = new EventStreamContext(lastEventId);
        _lines = new EventStreamLineReader(_context, _limits, _options.SkipOversized);
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public EventStreamProtocolError Error => _lines.Error;

    /// <summary>The offending byte, from the start of the stream.</summary>
    public long ErrorOffset => _lines.ErrorOffset;

    /// <summary>How many bytes have been consumed.</summary>
    public long Position => _position;

    /// <summary>The last event ID as of the last blank line: "The buffer does not get reset, so the last event ID string of the event source
    /// remains set to this value until the next time it is set by the server" (HTML §9.2.6). The string is made when it is asked for.</summary>
    public string LastEventId => _context.LastEventId;

    /// <summary>The last event ID in UTF-8, valid until the decoder is called again.</summary>
    public ReadOnlySpan<byte> LastEventIdBytes => _context.LastEventIdBytes;

    /// <summary>True when an end of the stream here would cut off a line, or a block that holds any field, known or not.</summary>
    public bool HasUnfinishedEvent => _lines.IsInLine || _lines.IsInBlock || _lines.LastIgnoredLine >= _blockStart;

    /// <summary>How many bytes are kept in scratch, for tests.</summary>
    internal int ScratchLength => _lines.ScratchLength;

    /// <summary>Whether the end of the stream completes an element (<see cref="EventStreamOptions.DispatchUnfinishedEvent"/>).</summary>
    internal bool HasLast => _options.DispatchUnfinishedEvent && (_lines.IsInLine || _lines.HasData);

    /// <summary>Whether lines came that mean nothing, the one included that the end of the stream cut off.</summary>
    internal bool HasIgnoredBytes { get; private set; }

    private bool HasFailed => Error != EventStreamProtocolError.None;

    /// <summary>Decodes up to the next element.</summary>
    /// <param name="source">The bytes that follow those consumed so far; may be empty.</param>
    /// <param name="bytesConsumed">How many of them were taken in.</param>
    /// <param name="element">The element, valid until the next call; its slices point into <paramref name="source"/> or into scratch.</param>
    /// <returns><see cref="OperationStatus.Done"/> with an element; <see cref="OperationStatus.NeedMoreData"/> when the whole source was taken
    /// in; <see cref="OperationStatus.InvalidData"/> when a limit was broken (<see cref="Error"/>), which stays.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it builds the element aside and copies it: a wide load that waits for narrow stores.
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
    {
        if (!_isClean
            || !EventStreamSimpleEvent.TryTake(source, _limits, out bytesConsumed, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type))
        {
            return DecodeOther(source, out bytesConsumed, out element);
        }

        _context.ElementOffset = _blockStart;
        _position += bytesConsumed;
        _blockStart = _position;
        element = new EventStreamElement(_context, data, type);
        return OperationStatus.Done;
    }

    /// <summary>
    /// The stream ends here: takes what only its end completes, where <see cref="EventStreamOptions.DispatchUnfinishedEvent"/> says so. Call it
    /// until it has nothing, before <see cref="Complete"/>: a comment whose line has no end comes before the event that it stands in.
    /// </summary>
    /// <param name="element">The element, valid until the next call.</param>
    /// <returns>False when there is none.</returns>
    public bool TryDecodeLast(out EventStreamElement element)
    {
        element = default;
        _lines.EndLoans();
        if (!HasLast)
        {
            return false;
        }

        _isClean = false;
        EventStreamLineOutcome outcome = _lines.IsInLine ? _lines.End(default, _position, out element) : EventStreamLineOutcome.Nothing;
        return outcome switch
        {
            EventStreamLineOutcome.Element => true,
            EventStreamLineOutcome.Failure => false,
            _ => _lines.TryDispatch(_blockStart, out element),
        };
    }

    /// <summary>Says that the stream ends here. A block without its blank line is discarded, its id with it.</summary>
    /// <returns><see cref="OperationStatus.Done"/>; or <see cref="OperationStatus.InvalidData"/> when a limit was broken before, or when the
    /// stream ends inside a block and <see cref="EventStreamOptions.RejectUnfinishedEvent"/> is set.</returns>
    public OperationStatus Complete()
    {
        if (HasFailed)
        {
            return OperationStatus.InvalidData;
        }

        HasIgnoredBytes |= _lines.LastIgnoredLine >= 0 || _lines.IsInUnknownLine;
        if (_options.RejectUnfinishedEvent && HasUnfinishedEvent)
        {
            _lines.Fail(EventStreamProtocolError.UnexpectedEnd, _position);
            _isClean = false;
            return OperationStatus.InvalidData;
        }

        // "Once the end of the file is reached, any pending data must be discarded."
        _lines.Release();
        return OperationStatus.Done;
    }

    /// <summary>Starts over with another stream. The last event ID stays, as it does when a client reconnects.</summary>
    public void Reset()
    {
        _lines.Reset();
        _start = default;
        (_isClean, _isBehindCarriageReturn, HasIgnoredBytes) = (false, false, false);
        (_position, _blockStart, _context.ElementOffset) = (0, 0, 0);
    }

    /// <summary>Gives pooled scratch back.</summary>
    public void Dispose() => _lines.Release();

    /// <summary>Decodes whatever is not one simple event.</summary>
    private OperationStatus DecodeOther(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
    {
        if (!_isClean || !EventStreamSimpleComment.TryTake(source, _limits, out bytesConsumed, out ReadOnlySpan<byte> comment))
        {
            return DecodeStepwise(source, out bytesConsumed, out element);
        }

        // The block that follows begins with its comments.
        _context.ElementOffset = _position;
        _position += bytesConsumed;
        element = new EventStreamElement(_context, EventStreamElementKind.Comment, 0, comment);
        return OperationStatus.Done;
    }

    /// <summary>Decodes whatever is neither a simple event nor a simple comment.</summary>
    private OperationStatus DecodeStepwise(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
    {
        bytesConsumed = 0;
        element = default;
        if (HasFailed)
        {
            return OperationStatus.InvalidData;
        }

        _lines.EndLoans();
        if (source.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        OperationStatus status = Resume(source, out bytesConsumed, out element);
        _isClean = _start.IsPassed && !(_lines.IsInLine || _lines.IsInBlock || _lines.MayLend || _isBehindCarriageReturn || HasFailed);
        return status;
    }

    /// <summary>Decodes where the last source left something behind, then goes on with whole lines.</summary>
    private OperationStatus Resume(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
    {
        bytesConsumed = 0;
        int start = _start.IsPassed ? PassPendingLineFeed(source) : PassByteOrderMark(source);
        if (_lines.IsInLine)
        {
            int length = source[start..].IndexOfAny((byte)'\r', (byte)'\n');
            if (length < 0)
            {
                return EndSource(source, start, out bytesConsumed, out element);
            }

            EventStreamLineOutcome outcome = _lines.End(source.Slice(start, length), _position + start, out element);
            if (outcome == EventStreamLineOutcome.Failure)
            {
                return OperationStatus.InvalidData;
            }

            start += length + 1;
            start = source[start - 1] == '\r' ? PassLineFeed(source, start) : start;
            if (outcome == EventStreamLineOutcome.Element)
            {
                bytesConsumed = start;
                _position += start;
                return OperationStatus.Done;
            }
        }

        return DecodeLines(source, start, out bytesConsumed, out element);
    }

    /// <summary>Decodes from the start of a line on. As long as the block has set nothing in scratch, its fields are slices; the first line
    /// that is anything else than a first <c>data:</c>, an <c>event:</c> or an <c>id:</c> moves them there.</summary>
    private OperationStatus DecodeLines(ReadOnlySpan<byte> source, int lineStart, out int bytesConsumed, out EventStreamElement element)
    {
        LineEndWalk ends = new(source, lineStart);
        EventStreamSlices slices = EventStreamSlices.None;
        bool isSliced = !_lines.IsInBlock;
        while (ends.TryNext(out int end))
        {
            if (end < lineStart)
            {
                // The LF of a CRLF.
                continue;
            }

            int next = source[end] == '\r' ? PassLineFeed(source, end + 1) : end + 1;
            if (end == lineStart)
            {
                // "If the line is empty (a blank line): Dispatch the event".
                if (isSliced ? TryDispatch(source, slices, out element) : _lines.TryDispatch(_blockStart, out element))
                {
                    bytesConsumed = next;
                    _position += next;
                    _blockStart = _position;
                    return OperationStatus.Done;
                }

                _blockStart = _position + next;
                slices = EventStreamSlices.None;
                isSliced = true;
            }
            else if (!isSliced || end - lineStart > _limits.ShortLine
                || !slices.TryTake(source, lineStart, end, ends.NonAscii != 0 && _limits.Repairs))
            {
                _lines.Keep(source, slices);
                slices = EventStreamSlices.None;
                switch (_lines.Read(source[lineStart..end], _position + lineStart, out element))
                {
                    case EventStreamLineOutcome.Element:
                        bytesConsumed = next;
                        _position += next;
                        return OperationStatus.Done;
                    case EventStreamLineOutcome.Failure:
                        bytesConsumed = 0;
                        return OperationStatus.InvalidData;
                    default:
                        isSliced = !_lines.IsInBlock;
                        break;
                }
            }

            lineStart = next;
        }

        _lines.Keep(source, slices);
        return EndSource(source, lineStart, out bytesConsumed, out element);
    }

    private bool TryDispatch(ReadOnlySpan<byte> source, scoped in EventStreamSlices slices, out EventStreamElement element)
    {
        if (slices.HasId)
        {
            _context.SetLastEventId(slices.Id(source));
        }

        if (!slices.HasData)
        {
            element = default;
            return false;
        }

        _context.ElementOffset = _blockStart;
        element = new EventStreamElement(_context, slices.Data(source), slices.Type(source));
        return true;
    }

    /// <summary>Keeps the start of a line whose end is behind this source.</summary>
    private OperationStatus EndSource(ReadOnlySpan<byte> source, int lineStart, out int bytesConsumed, out EventStreamElement element)
    {
        bytesConsumed = source.Length;
        element = default;
        EventStreamLineOutcome outcome = lineStart < source.Length
            ? _lines.Append(source[lineStart..], _position + lineStart, out element)
            : EventStreamLineOutcome.Nothing;
        if (outcome == EventStreamLineOutcome.Failure)
        {
            bytesConsumed = 0;
            return OperationStatus.InvalidData;
        }

        _position += source.Length;
        return outcome == EventStreamLineOutcome.Element ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }

    /// <summary>Steps over the LF of a CRLF, or remembers that one may follow in the next source.</summary>
    private int PassLineFeed(ReadOnlySpan<byte> source, int next)
    {
        if (next == source.Length)
        {
            _isBehindCarriageReturn = true;
            return next;
        }

        return source[next] == '\n' ? next + 1 : next;
    }

    private int PassPendingLineFeed(ReadOnlySpan<byte> source)
    {
        if (!_isBehindCarriageReturn)
        {
            return 0;
        }

        _isBehindCarriageReturn = false;
        if (source[0] != '\n')
        {
            return 0;
        }

        _blockStart += _blockStart == _position ? 1 : 0;
        return 1;
    }

    private int PassByteOrderMark(ReadOnlySpan<byte> source)
    {
        int passed = _start.Pass(source, out bool isMark, out ReadOnlySpan<byte> beginning);
        if (isMark)
        {
            _blockStart = _position + passed;
        }
        else if (!beginning.IsEmpty)
        {
            _lines.Append(beginning, _position + passed - beginning.Length, out _);
        }

        return passed;
    }
}
