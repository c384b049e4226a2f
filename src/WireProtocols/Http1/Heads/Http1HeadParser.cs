using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// The machine behind both head decoders. A head that lies whole in one source is parsed where it lies; a head in pieces is gathered, line by
/// line, in pooled scratch, and the machine goes on there where it stood: no byte is parsed twice.
/// </summary>
internal sealed partial class Http1HeadParser(Http1Options options, bool isRequest)
{
    private PooledBuffer _scratch;
    private Http1FieldSlot[] _slots = new Http1FieldSlot[16];
    private int _fieldCount;
    private Http1HeadLayout _layout;
    private State _state;
    private int _emptyLines;
    private long _headStart;

    // Indexes into the head: the next byte to look at, and the first one of the line and of the token under way.
    private int _next;
    private int _lineStart;
    private int _tokenStart;
    private int _matched;
    private int _maxLine;
    private Http1ProtocolError _lineError;

    private enum State : byte
    {
        Start,
        EmptyLineFeed,
        Method,
        TargetStart,
        Target,
        TargetTriplet,
        Version,
        StatusCode,
        AfterStatusCode,
        Reason,
        EndOfStartLine,
        StartLineFeed,
        FieldStart,
        FieldName,
        BeforeValue,
        Value,
        FieldLineFeed,
        EndLineFeed,
        Finished,
    }

    public Http1ProtocolError Error { get; private set; }

    public long ErrorOffset { get; private set; }

    public long Position { get; private set; }

    public ReadOnlySpan<Http1FieldSlot> Slots => _slots.AsSpan(0, _fieldCount);

    public ref readonly Http1HeadLayout Layout => ref _layout;

    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ReadOnlySpan<byte> head)
    {
        bytesConsumed = 0;
        head = default;
        if (Error != Http1ProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        if (_state == State.Finished)
        {
            Begin();
        }

        int index = 0;
        OperationStatus status = SkipEmptyLines(source, ref index);
        if (status == OperationStatus.Done)
        {
            status = _scratch.Length == 0 ? DecodeInPlace(source, ref index, out head) : DecodeScratch(source, ref index, out head);
        }

        if (status == OperationStatus.InvalidData)
        {
            _scratch.Release();
            head = default;
            return status;
        }

        bytesConsumed = index;
        Position += index;
        return status;
    }

    public OperationStatus Complete()
    {
        if (Error == Http1ProtocolError.None && _state is not (State.Start or State.Finished))
        {
            Fail(Http1ProtocolError.UnexpectedEnd, 0);
            ErrorOffset = Position;
            _scratch.Release();
        }

        return Error == Http1ProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    public void Reset()
    {
        Begin();
        Error = Http1ProtocolError.None;
        ErrorOffset = 0;
        Position = 0;
        _headStart = 0;
    }

    private void Begin()
    {
        _scratch.Release();
        _state = State.Start;
        _emptyLines = 0;
        _fieldCount = 0;
        _next = 0;
        _lineStart = 0;
    }

    /// <summary>
    /// "In the interest of robustness, a server that is expecting to receive and parse a request-line SHOULD ignore at least one empty line
    /// (CRLF) received prior to the request-line."
    /// </summary>
    private OperationStatus SkipEmptyLines(ReadOnlySpan<byte> source, ref int index)
    {
        while (_state <= State.EmptyLineFeed)
        {
            _headStart = Position + index;
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            byte value = source[index];
            if (_state == State.EmptyLineFeed)
            {
                if (value != Http1Grammar.LineFeed)
                {
                    Fail(Http1ProtocolError.BareCarriageReturn, 0);
                    return OperationStatus.InvalidData;
                }

                _emptyLines++;
                _state = State.Start;
            }
            else if (value != Http1Grammar.CarriageReturn)
            {
                BeginStartLine();
                return OperationStatus.Done;
            }
            else if (_emptyLines == (isRequest ? options.MaxLeadingEmptyLines : 0))
            {
                Fail(Http1ProtocolError.UnexpectedEmptyLine, 0);
                return OperationStatus.InvalidData;
            }
            else
            {
                _state = State.EmptyLineFeed;
            }

            index++;
        }

        return OperationStatus.Done;
    }

    private OperationStatus DecodeInPlace(ReadOnlySpan<byte> source, scoped ref int index, out ReadOnlySpan<byte> head)
    {
        head = source[index..];
        OperationStatus status = Run(head);
        if (status == OperationStatus.Done)
        {
            head = head[.._next];
            index += _next;
        }
        else if (status == OperationStatus.NeedMoreData)
        {
            _scratch.Append(head);
            index = source.Length;
        }

        return status;
    }

    private OperationStatus DecodeScratch(ReadOnlySpan<byte> source, scoped ref int index, out ReadOnlySpan<byte> head)
    {
        OperationStatus status = OperationStatus.NeedMoreData;
        while (index < source.Length && status == OperationStatus.NeedMoreData)
        {
            // Never past the line: what follows the head is not ours to copy.
            ReadOnlySpan<byte> rest = source[index..];
            int take = Math.Min(rest.IndexOf(Http1Grammar.LineFeed) + 1, options.MaxHeadLength + 1 - _scratch.Length);
            take = take <= 0 ? Math.Min(rest.Length, options.MaxHeadLength + 1 - _scratch.Length) : take;
            _scratch.Append(rest[..take]);
            index += take;
            status = Run(_scratch.Written);
        }

        head = _scratch.Written;
        return status;
    }

    private OperationStatus Run(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> within = head.Length > options.MaxHeadLength ? head[..options.MaxHeadLength] : head;
        while (_next < within.Length)
        {
            if (!Step(within) || !IsLineWithinLimit())
            {
                return OperationStatus.InvalidData;
            }

            if (_state == State.Finished)
            {
                return OperationStatus.Done;
            }
        }

        if (head.Length > within.Length)
        {
            Fail(Http1ProtocolError.HeadTooLarge, within.Length);
            return OperationStatus.InvalidData;
        }

        return OperationStatus.NeedMoreData;
    }

    private bool IsLineWithinLimit()
    {
        bool afterReturn = _state is State.StartLineFeed or State.FieldLineFeed or State.EndLineFeed;
        return _next - _lineStart <= (afterReturn ? _maxLine + 1 : _maxLine) || Fail(_lineError, _lineStart + _maxLine);
    }

    /// <summary>Sets the error; always false.</summary>
    private bool Fail(Http1ProtocolError error, int index)
    {
        Error = error;
        ErrorOffset = _headStart + index;
        return false;
    }
}
