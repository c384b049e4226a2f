using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Multipart;

/// <summary>
/// Decodes multipart bodies (RFC 2046 §5.1.1; <c>multipart/mixed</c>, <c>form-data</c>, <c>x-mixed-replace</c> and others) that arrive in pieces of
/// any size. The head of a part is held until it is whole; bodies are handed on as they come.
/// </summary>
/// <remarks>
/// "Boundary string comparisons must compare the boundary value with the beginning of each candidate line. An exact match of the entire candidate
/// line is not required": a line that begins with the boundary ends a part, and is an error where something else follows.
/// </remarks>
public sealed class MultipartDecoder : IDisposable
{
    private readonly MultipartOptions _options;
    private readonly int _boundaryLineLength;

    private MultipartHeadScanner _scanner;
    private MultipartMatch _match;
    private Scratch _head;
    private State _state;
    private MultipartPartFlags _flags;
    private int _parts;
    private long _body;
    private long _discarded;
    private long _start;

    /// <summary>Creates a decoder.</summary>
    /// <param name="boundary">The boundary, which the media type of the body says.</param>
    /// <param name="options">The limits; <see cref="MultipartOptions.Default"/> where null.</param>
    public MultipartDecoder(MultipartBoundary boundary, MultipartOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(boundary);
        _options = options ?? MultipartOptions.Default;
        _boundaryLineLength = boundary.Delimiter.Length - 2;
        _scanner = new MultipartHeadScanner(_options);
        _match = new MultipartMatch(boundary.Delimiter);
        Reset();
    }

    private enum State : byte
    {
        Preamble,
        BoundaryEnd,
        SecondHyphen,
        Padding,
        LineFeed,
        Head,
        Body,
        EndPadding,
        EndLineFeed,
        Epilogue,
        Failed,
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public MultipartProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position { get; private set; }

    /// <summary>True behind the last boundary: there are no more parts.</summary>
    public bool HasEnded => _state is State.EndPadding or State.EndLineFeed or State.Epilogue;

    /// <summary>Whether a boundary has ended a part, and nothing of the next one has come.</summary>
    private bool IsBehindPart => _state switch
    {
        State.BoundaryEnd or State.Padding => _parts > 0,
        State.Head => _parts > 1 && !_scanner.HasBegun,
        _ => false,
    };

    /// <summary>Decodes the next piece of a part.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many were taken in.</param>
    /// <param name="element">The piece.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> (all of <paramref name="source"/> is taken
    /// in) or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out MultipartSectionPart element)
    {
        _head.EndLoan();
        int index = 0;
        element = default;
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status == OperationStatus.NeedMoreData && index < source.Length)
        {
            status = _state switch
            {
                State.Preamble => TakePreamble(source, ref index),
                State.Head => TakeHead(source, ref index, out element),
                State.Body => TakeBody(source, ref index, default, out element),
                State.Epilogue => Discard(ref index, source.Length - index),
                State.Failed => OperationStatus.InvalidData,
                _ => TakeBoundaryLine(source[index], ref index),
            };
        }

        bytesConsumed = index;
        return _state == State.Failed ? OperationStatus.InvalidData : status;
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> behind the last boundary, <see cref="OperationStatus.InvalidData"/> with
    /// <see cref="MultipartProtocolError.UnexpectedEnd"/> before it.</returns>
    public OperationStatus Complete()
    {
        bool isAllowed = _state is State.EndPadding or State.Epilogue || (_options.AllowMissingEnd && IsBehindPart);
        if (_state != State.Failed && !isAllowed)
        {
            Fail(MultipartProtocolError.UnexpectedEnd, Position);
        }

        return _state == State.Failed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of an input.</summary>
    public void Reset()
    {
        _head.Release();
        _match.Begin(isBehindLineEnd: true);
        _state = State.Preamble;
        _parts = 0;
        _discarded = 0;
        Position = 0;
        Error = MultipartProtocolError.None;
        ErrorOffset = 0;
    }

    /// <summary>Gives memory back to the pool, and forgets everything: the decoder may be used again, for another input.</summary>
    public void Dispose() => Reset();

    /// <summary>Passes over what stands before the first boundary.</summary>
    private OperationStatus TakePreamble(ReadOnlySpan<byte> source, scoped ref int index)
    {
        if (_match.IsUnderWay)
        {
            Advance(ref index, _match.Continue(source[index..]));
            if (!_match.IsWhole && index < source.Length)
            {
                int held = _match.Held.Length;
                _match.GiveUp(held);
                return Count(held, Position - held);
            }
        }
        else
        {
            int before = _match.Find(source[index..]);
            if (Discard(ref index, before) == OperationStatus.InvalidData)
            {
                return OperationStatus.InvalidData;
            }

            Advance(ref index, _match.Held.Length);
        }

        if (_match.IsWhole)
        {
            _state = State.BoundaryEnd;
        }

        return OperationStatus.NeedMoreData;
    }

    /// <summary>Takes a byte behind a boundary: white space, the line end, or the hyphens that say that there are no more parts.</summary>
    private OperationStatus TakeBoundaryLine(byte value, scoped ref int index)
    {
        State next = (_state, value) switch
        {
            (State.BoundaryEnd, (byte)'-') => State.SecondHyphen,
            (State.SecondHyphen, (byte)'-') => State.EndPadding,
            (State.BoundaryEnd or State.Padding, (byte)' ' or (byte)'\t') => State.Padding,
            (State.BoundaryEnd or State.Padding, (byte)'\r') => State.LineFeed,
            (State.LineFeed, (byte)'\n') => State.Head,
            (State.EndPadding, (byte)' ' or (byte)'\t') => State.EndPadding,
            (State.EndPadding, (byte)'\r') => State.EndLineFeed,
            (State.EndLineFeed, (byte)'\n') => State.Epilogue,
            _ => State.Failed,
        };
        if (next == State.Failed)
        {
            return Fail(MultipartProtocolError.BoundaryLineMalformed, Position);
        }

        if (_state == State.BoundaryEnd)
        {
            _start = Position - _boundaryLineLength;
        }

        if (value is (byte)' ' or (byte)'\t' && Count(1, Position) == OperationStatus.InvalidData)
        {
            return OperationStatus.InvalidData;
        }

        if (next == State.Head && _parts == _options.MaxParts)
        {
            return Fail(MultipartProtocolError.TooManyParts, _start);
        }

        Advance(ref index, 1);
        _state = next;
        if (next == State.Head)
        {
            _parts++;
            _scanner.Begin();
        }

        return OperationStatus.NeedMoreData;
    }

    private OperationStatus TakeHead(ReadOnlySpan<byte> source, scoped ref int index, out MultipartSectionPart element)
    {
        element = default;
        ReadOnlySpan<byte> rest = source[index..];
        if (!_scanner.Scan(rest, out int length))
        {
            return Fail(_scanner.Error, Position + length);
        }

        Advance(ref index, length);
        if (!_scanner.HasEnded)
        {
            _head.Gather(rest);
            return OperationStatus.NeedMoreData;
        }

        _state = State.Body;
        _flags = MultipartPartFlags.First;
        _body = 0;

        // The line end of the empty line may be that of the delimiter: then the body is empty.
        _match.Begin(isBehindLineEnd: true);
        MultipartFields fields = new(_head.Lend(rest[..length]));
        OperationStatus status = TakeBody(source, ref index, fields, out element);
        if (status == OperationStatus.NeedMoreData)
        {
            element = Create(fields, default);
            status = OperationStatus.Done;
        }

        return status;
    }

    private OperationStatus TakeBody(ReadOnlySpan<byte> source, scoped ref int index, MultipartFields fields, out MultipartSectionPart element)
    {
        element = default;
        if (_match.IsUnderWay)
        {
            Advance(ref index, _match.Continue(source[index..]));
            if (!_match.IsWhole && index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            if (!_match.IsWhole && !_match.Held.IsEmpty)
            {
                return TakeHeld(fields, out element);
            }

            if (!_match.IsWhole)
            {
                _match.GiveUp(0);
            }
        }

        ReadOnlySpan<byte> body = default;
        if (!_match.IsWhole)
        {
            ReadOnlySpan<byte> rest = source[index..];
            body = rest[.._match.Find(rest)];
            if (body.Length > _options.MaxPartLength - _body)
            {
                return TakeUpToLimit(body, ref index, fields, out element);
            }

            _body += body.Length;
            Advance(ref index, body.Length + _match.Held.Length);
        }

        if (_match.IsWhole)
        {
            _flags |= MultipartPartFlags.Last;
            _state = State.BoundaryEnd;
        }
        else if (body.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        element = Create(fields, body);
        return OperationStatus.Done;
    }

    /// <summary>What was held is no delimiter: it belongs to the body.</summary>
    private OperationStatus TakeHeld(MultipartFields fields, out MultipartSectionPart element)
    {
        ReadOnlySpan<byte> held = _match.Held;
        long allowed = _options.MaxPartLength - _body;
        if (allowed == 0 && _flags == MultipartPartFlags.None)
        {
            element = default;
            return Fail(MultipartProtocolError.PartTooLarge, Position - held.Length);
        }

        held = held[..(int)Math.Min(held.Length, allowed)];
        _body += held.Length;
        _match.GiveUp(held.Length);
        element = Create(fields, held);
        return OperationStatus.Done;
    }

    /// <summary>Takes what the limit allows; the call that follows finds it reached. The head of a part is handed on in any case.</summary>
    private OperationStatus TakeUpToLimit(
        ReadOnlySpan<byte> body, scoped ref int index, MultipartFields fields, out MultipartSectionPart element)
    {
        element = default;
        int allowed = (int)(_options.MaxPartLength - _body);
        if (allowed == 0 && _flags == MultipartPartFlags.None)
        {
            return Fail(MultipartProtocolError.PartTooLarge, Position);
        }

        _match.Begin(isBehindLineEnd: false);
        _body += allowed;
        Advance(ref index, allowed);
        element = Create(fields, body[..allowed]);
        return OperationStatus.Done;
    }

    private MultipartSectionPart Create(MultipartFields fields, ReadOnlySpan<byte> body)
    {
        MultipartPartFlags flags = _flags;
        _flags = MultipartPartFlags.None;
        return new MultipartSectionPart(_start, flags, fields, body);
    }

    private OperationStatus Discard(scoped ref int index, int count)
    {
        if (Count(count, Position) == OperationStatus.InvalidData)
        {
            return OperationStatus.InvalidData;
        }

        Advance(ref index, count);
        return OperationStatus.NeedMoreData;
    }

    /// <summary>Holds what is thrown away against its limit.</summary>
    private OperationStatus Count(int count, long offset)
    {
        long allowed = _options.MaxDiscardedLength - _discarded;
        _discarded += count;
        return count > allowed ? Fail(MultipartProtocolError.DiscardedTooLarge, offset + allowed) : OperationStatus.NeedMoreData;
    }

    private void Advance(scoped ref int index, int count)
    {
        index += count;
        Position += count;
    }

    private OperationStatus Fail(MultipartProtocolError error, long offset)
    {
        _head.Release();
        _state = State.Failed;
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }
}
