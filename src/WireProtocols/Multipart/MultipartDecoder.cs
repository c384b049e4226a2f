using System.Buffers;

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

    private MultipartHead _head;
    private MultipartPreamble _preamble;
    private MultipartBoundaryLine _line;
    private MultipartBody _body;
    private State _state;
    private MultipartPartFlags _flags;
    private int _parts;
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
        _head = new MultipartHead(_options);
        _preamble = new MultipartPreamble(boundary.Delimiter);
        _body = new MultipartBody(boundary.Delimiter, _options.MaxPartLength);
        Reset();
    }

    private enum State : byte
    {
        Preamble,
        BoundaryLine,
        Head,
        Body,
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
    public bool HasEnded => _state == State.Epilogue || (_state == State.BoundaryLine && _line.IsLast);

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
                State.Epilogue => TakeEpilogue(ref index, source.Length - index),
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
        bool isAllowed = _state switch
        {
            State.Failed or State.Epilogue => true,
            State.BoundaryLine => _line.MayBeEnd || (_options.AllowMissingEnd && _parts > 0 && _line.IsOpen),
            State.Head => _options.AllowMissingEnd && _parts > 1 && !_head.HasBegun,
            _ => false,
        };
        if (!isAllowed)
        {
            Fail(MultipartProtocolError.UnexpectedEnd, Position);
        }

        return _state == State.Failed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of an input.</summary>
    public void Reset()
    {
        _head.Release();
        _preamble.Begin();
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
        Advance(ref index, _preamble.Take(source[index..], out int passed));
        if (Count(passed, Position - _preamble.HeldLength - passed) == OperationStatus.InvalidData)
        {
            return OperationStatus.InvalidData;
        }

        if (_preamble.HasEnded)
        {
            BeginLine();
        }

        return OperationStatus.NeedMoreData;
    }

    private void BeginLine()
    {
        _line.Begin();
        _state = State.BoundaryLine;
    }

    private OperationStatus TakeBoundaryLine(byte value, scoped ref int index)
    {
        bool isFresh = _line.IsFresh;
        if (!_line.Take(value))
        {
            return Fail(MultipartProtocolError.BoundaryLineMalformed, Position);
        }

        if (isFresh)
        {
            _start = Position - _boundaryLineLength;
        }

        if (value is (byte)' ' or (byte)'\t' && Count(1, Position) == OperationStatus.InvalidData)
        {
            return OperationStatus.InvalidData;
        }

        if (_line.IsPart && _parts == _options.MaxParts)
        {
            return Fail(MultipartProtocolError.TooManyParts, _start);
        }

        Advance(ref index, 1);
        if (_line.IsPart)
        {
            _parts++;
            _head.Begin();
            _state = State.Head;
        }
        else if (_line.IsEpilogue)
        {
            _state = State.Epilogue;
        }

        return OperationStatus.NeedMoreData;
    }

    private OperationStatus TakeHead(ReadOnlySpan<byte> source, scoped ref int index, out MultipartSectionPart element)
    {
        element = default;
        OperationStatus head = _head.Take(source[index..], out int length, out MultipartFields fields);
        if (head == OperationStatus.InvalidData)
        {
            return Fail(_head.Error, Position + length);
        }

        Advance(ref index, length);
        if (head == OperationStatus.NeedMoreData)
        {
            return head;
        }

        _state = State.Body;
        _flags = MultipartPartFlags.First;
        _body.Begin();
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
        bool isOwed = _flags != MultipartPartFlags.None;
        OperationStatus status = _body.Take(source[index..], isOwed, out int consumed, out ReadOnlySpan<byte> piece);
        Advance(ref index, consumed);
        element = default;
        if (status == OperationStatus.InvalidData)
        {
            return Fail(MultipartProtocolError.PartTooLarge, Position - _body.HeldLength);
        }

        if (_body.HasEnded)
        {
            _flags |= MultipartPartFlags.Last;
            BeginLine();
        }

        if (status == OperationStatus.Done)
        {
            element = Create(fields, piece);
        }

        return status;
    }

    private MultipartSectionPart Create(MultipartFields fields, ReadOnlySpan<byte> body)
    {
        MultipartPartFlags flags = _flags;
        _flags = MultipartPartFlags.None;
        return new MultipartSectionPart(_start, flags, fields, body);
    }

    private OperationStatus TakeEpilogue(scoped ref int index, int count)
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
