using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// The parser behind both head decoders. A head that lies whole in one source is parsed where it lies. A head in pieces is gathered in scratch,
/// and parsing goes on there where it stood.
/// </summary>
/// <remarks>
/// For whoever changes this: the start-line and the fields each have a fast way for whole lines and an
/// automaton for everything else. Only the automaton names an error, so both ways must take exactly
/// the same lines; a line is looked at by the fast way once, so no byte is seen more than twice.
/// </remarks>
internal sealed class Http1HeadParser
{
    private readonly Http1HeadCursor _cursor;
    private readonly Http1StartLine _startLine;
    private readonly Http1FieldLines _fields;
    private readonly int _maxHeadLength;
    private readonly int _maxEmptyLines;
    private Scratch _scratch;
    private Part _part;
    private int _emptyLines;
    private long _headStart;

    private Http1HeadParser(Http1HeadCursor cursor, Http1StartLine startLine, Http1FieldLines fields, Http1Options options, int maxEmptyLines)
    {
        _cursor = cursor;
        _startLine = startLine;
        _fields = fields;
        _maxHeadLength = options.MaxHeadLength;
        _maxEmptyLines = maxEmptyLines;
    }

    private enum Part : byte
    {
        BeforeStartLine,
        EmptyLineFeed,
        StartLine,
        Fields,
        Finished,
    }

    public Http1ProtocolError Error => _cursor.Error;

    public long ErrorOffset => Error == Http1ProtocolError.None ? 0 : _headStart + _cursor.ErrorIndex;

    public long Position { get; private set; }

    /// <summary>Where the fields of the last head stand.</summary>
    public ReadOnlySpan<Http1FieldSlot> Slots => _fields.Slots;

    /// <summary>Where the parts of the last start-line stand, and what the fields say about the message's length.</summary>
    public ref readonly Http1HeadLayout Layout => ref _startLine.Layout;

    /// <summary>A head that is not whole, or not right, begins as that of a HEAD request: its answer has no content either.</summary>
    public bool BeginsAsHead { get; private set; }

    /// <summary>A parser of requests.</summary>
    public static Http1HeadParser OfRequests(Http1Options options)
    {
        Http1HeadCursor cursor = new();
        return new(cursor, new Http1RequestLine(cursor, options), new(cursor, options, isRequest: true), options, options.MaxLeadingEmptyLines);
    }

    /// <summary>A parser of responses.</summary>
    public static Http1HeadParser OfResponses(Http1Options options, out Http1StatusLine statusLine)
    {
        Http1HeadCursor cursor = new();
        statusLine = new Http1StatusLine(cursor, options);
        return new(cursor, statusLine, new(cursor, options, isRequest: false), options, maxEmptyLines: 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it leaves the compiler no room to build the lent head in place.
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ReadOnlySpan<byte> head)
    {
        bytesConsumed = 0;
        head = default;
        _scratch.EndLoan();
        if (Error != Http1ProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        if (_part == Part.Finished)
        {
            Begin();
        }

        int index = 0;
        OperationStatus status = SkipEmptyLines(source, ref index);
        if (status == OperationStatus.Done)
        {
            status = _scratch.Length == 0 ? DecodeInPlace(source, ref index, out head) : DecodeGathered(source, ref index, out head);
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
        if (Error == Http1ProtocolError.None && _part is not (Part.BeforeStartLine or Part.Finished))
        {
            _cursor.Fail(Http1ProtocolError.UnexpectedEnd, (int)(Position - _headStart));
            _scratch.Release();
        }

        return Error == Http1ProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    public void Reset()
    {
        _scratch.Release();
        Begin();
        Position = 0;
        _headStart = 0;
    }

    private void Begin()
    {
        _part = Part.BeforeStartLine;
        _emptyLines = 0;
        _cursor.Reset();
    }

    /// <summary>
    /// "In the interest of robustness, a server that is expecting to receive and parse a request-line SHOULD ignore at least one empty line
    /// (CRLF) received prior to the request-line." (RFC 9112 §2.2)
    /// </summary>
    private OperationStatus SkipEmptyLines(ReadOnlySpan<byte> source, ref int index)
    {
        while (_part <= Part.EmptyLineFeed)
        {
            _headStart = Position + index;
            if (index == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            byte value = source[index];
            if (_part == Part.EmptyLineFeed)
            {
                if (value != Http1Grammar.LineFeed)
                {
                    _cursor.Fail(Http1ProtocolError.BareCarriageReturn, 0);
                    return OperationStatus.InvalidData;
                }

                _emptyLines++;
                _part = Part.BeforeStartLine;
            }
            else if (value != Http1Grammar.CarriageReturn)
            {
                _part = Part.StartLine;
                _startLine.Begin();
                return OperationStatus.Done;
            }
            else if (_emptyLines == _maxEmptyLines)
            {
                _cursor.Fail(Http1ProtocolError.UnexpectedEmptyLine, 0);
                return OperationStatus.InvalidData;
            }
            else
            {
                _part = Part.EmptyLineFeed;
            }

            index++;
        }

        return OperationStatus.Done;
    }

    private OperationStatus DecodeInPlace(ReadOnlySpan<byte> source, scoped ref int index, out ReadOnlySpan<byte> head)
    {
        head = source[index..];
        OperationStatus status = Parse(head);
        if (status == OperationStatus.Done)
        {
            head = head[.._cursor.Next];
            index += head.Length;
        }
        else if (status == OperationStatus.NeedMoreData)
        {
            _scratch.Gather(head);
            index = source.Length;
        }

        return status;
    }

    private OperationStatus DecodeGathered(ReadOnlySpan<byte> source, scoped ref int index, out ReadOnlySpan<byte> head)
    {
        OperationStatus status = OperationStatus.NeedMoreData;
        while (index < source.Length && status == OperationStatus.NeedMoreData)
        {
            // Never past the line: what follows the head is not ours to copy.
            ReadOnlySpan<byte> rest = source[index..];
            int line = rest.IndexOf(Http1Grammar.LineFeed) + 1;
            int take = Math.Min(line == 0 ? rest.Length : line, _maxHeadLength + 1 - _scratch.Length);
            _scratch.Gather(rest[..take]);
            index += take;
            status = Parse(_scratch.Gathered);
        }

        head = status == OperationStatus.Done ? _scratch.Lend(default) : default;
        return status;
    }

    private OperationStatus Parse(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> within = head.Length > _maxHeadLength ? head[.._maxHeadLength] : head;
        OperationStatus status = _part == Part.StartLine ? TakeStartLine(within) : OperationStatus.Done;
        if (status == OperationStatus.Done)
        {
            status = _fields.Take(within);
        }

        if (status == OperationStatus.Done)
        {
            _startLine.Layout.Framing = _fields.Framing;
            _part = Part.Finished;
        }

        if (status == OperationStatus.NeedMoreData && head.Length > within.Length)
        {
            _cursor.Fail(Http1ProtocolError.HeadTooLarge, within.Length);
            status = OperationStatus.InvalidData;
        }

        BeginsAsHead = status != OperationStatus.Done && head.StartsWith("HEAD "u8);
        return status;
    }

    private OperationStatus TakeStartLine(ReadOnlySpan<byte> head)
    {
        OperationStatus status = _startLine.Take(head);
        if (status == OperationStatus.Done)
        {
            _part = Part.Fields;
            _fields.Begin(_startLine.Layout.MinorVersion, _startLine.IgnoresFraming);
        }

        return status;
    }
}
