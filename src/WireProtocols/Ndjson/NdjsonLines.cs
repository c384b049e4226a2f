using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>
/// The discipline of lines: a record a line. "The parser MUST accept newline as line delimiter \n (0x0A) as well as carriage return and newline
/// \r\n (0x0D0A)" (ndjson-spec §3.2). A bad record is a record with its error; whether it ends the input is the decoder's business.
/// </summary>
internal sealed class NdjsonLines
{
    private readonly NdjsonOptions _options;
    private readonly int _maxLength;
    private readonly JsonSyntax _syntax;
    private LineFeedQueue _lineFeeds;
    private Scratch _line;
    private bool _isAtLineStart;
    private bool _isInRestOfBadLine;
    private long _lineOffset;

    public NdjsonLines(NdjsonOptions options)
    {
        _options = options;
        _maxLength = options.MaxRecordLength;
        _syntax = new JsonSyntax(options.MaxDepth);
        Validates = options.Validate;
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether lines are checked to be JSON, UTF-8 and free of carriage returns.</summary>
    public bool Validates { get; }

    /// <summary>The number of the line that the input is in; from 1.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>Whether there are bytes of a line that has not ended.</summary>
    public bool HasUnfinished => _line.Length > 0;

    /// <summary>
    /// The common case in one go: a good line that is all in the source. Whatever is not exactly that, the first line with its byte order mark
    /// included, is left to <see cref="Decode"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDecodeWhole(ReadOnlySpan<byte> source, long position, out int bytesConsumed, out NdjsonRecord record)
    {
        int length = _isAtLineStart ? _lineFeeds.IndexOf(source, position) : -1;
        bytesConsumed = length + 1;
        if (length > 0 && source[length - 1] == '\r')
        {
            length--;
        }

        if (length <= 0 || length > _maxLength || (Validates && IsBad(source[..length])))
        {
            bytesConsumed = 0;
            record = default;
            return false;
        }

        record = new NdjsonRecord(Number++, position, source[..length]);
        _lineFeeds.Pass();
        return true;
    }

    /// <summary>Takes in bytes up to the end of a record.</summary>
    public OperationStatus Decode(ReadOnlySpan<byte> source, long position, out int bytesConsumed, out NdjsonRecord record)
    {
        _line.EndLoan();
        if (_isAtLineStart)
        {
            // The lines before were taken in one go.
            _lineOffset = position;
        }

        int index = 0;
        OperationStatus status = DecodeLine(source, position, ref index, out record);
        bytesConsumed = index;
        _isAtLineStart = !_isInRestOfBadLine && _line.Length == 0 && position + index > 0;
        return status;
    }

    /// <summary>The input ends here: takes the line that no line feed ended, which is a bad record unless the options allow it.</summary>
    public bool TryDecodeLast(long position, out NdjsonRecord record)
    {
        _line.EndLoan();
        record = default;
        if (!HasUnfinished)
        {
            return false;
        }

        ReadOnlySpan<byte> line = _line.Lend(default);
        if (_options.AllowUnterminatedLastRecord)
        {
            return TryEndLine(line, position, out record);
        }

        record = new NdjsonRecord(Number, _lineOffset, line, NdjsonProtocolError.UnexpectedEnd, position);
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Release();
        _lineFeeds.Reset();
        (_isInRestOfBadLine, _lineOffset, Number) = (false, 0, 1);
    }

    /// <summary>Gives pooled memory back; the next line is not taken in one go.</summary>
    public void Release()
    {
        _line.Release();
        _isAtLineStart = false;
    }

    private OperationStatus DecodeLine(ReadOnlySpan<byte> source, long position, scoped ref int index, out NdjsonRecord record)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = source[index..];
            int length = rest.IndexOf((byte)'\n');
            if (_isInRestOfBadLine)
            {
                if (length < 0)
                {
                    record = default;
                    index = source.Length;
                    return OperationStatus.NeedMoreData;
                }

                index += length + 1;
                _isInRestOfBadLine = false;
                BeginLine(position + index);
                continue;
            }

            if (IsTooLong(rest, length < 0 ? rest.Length : length, out int tooLong))
            {
                index += tooLong;
                _line.Release();
                _isInRestOfBadLine = true;
                record = new NdjsonRecord(Number, _lineOffset, default, NdjsonProtocolError.RecordTooLong, _lineOffset + _maxLength);
                return OperationStatus.Done;
            }

            if (length < 0)
            {
                _line.Gather(rest);
                record = default;
                index = source.Length;
                return OperationStatus.NeedMoreData;
            }

            index += length + 1;
            if (TryEndLine(_line.Lend(rest[..length]), position + index, out record))
            {
                return OperationStatus.Done;
            }

            _line.EndLoan();
        }
    }

    private void BeginLine(long offset)
    {
        _lineOffset = offset;
        Number++;
    }

    /// <summary>Whether the line with the first <paramref name="count"/> bytes of <paramref name="rest"/> is longer than a record may be. One byte
    /// more may be the first half of its end.</summary>
    private bool IsTooLong(ReadOnlySpan<byte> rest, int count, out int index)
    {
        long length = (long)_line.Length + count;
        index = Math.Max(0, _maxLength - _line.Length);
        if (length <= _maxLength)
        {
            return false;
        }

        byte last = count > 0 ? rest[count - 1] : _line.Gathered[^1];
        return length > _maxLength + 1L || last != '\r';
    }

    /// <returns>False when the line is empty and skipped.</returns>
    private bool TryEndLine(ReadOnlySpan<byte> line, long next, out NdjsonRecord record)
    {
        if (line is [.., (byte)'\r'])
        {
            line = line[..^1];
        }

        bool isRecord = TryRead(line, out record);
        BeginLine(next);
        return isRecord;
    }

    private bool TryRead(ReadOnlySpan<byte> line, out NdjsonRecord record)
    {
        if (_lineOffset == 0 && line.StartsWith(ByteOrderMark))
        {
            if (!_options.AllowByteOrderMark)
            {
                record = new NdjsonRecord(Number, 0, line, NdjsonProtocolError.ByteOrderMark, 0);
                return true;
            }

            line = line[ByteOrderMark.Length..];
            _lineOffset = ByteOrderMark.Length;
        }

        if (line.IsEmpty)
        {
            record = _options.IgnoreEmptyLines ? default : new NdjsonRecord(Number, _lineOffset, default, NdjsonProtocolError.EmptyLine, _lineOffset);
            return !_options.IgnoreEmptyLines;
        }

        int index = 0;
        NdjsonProtocolError error = Validates ? JsonText.CheckLine(line, _syntax, out index) : NdjsonProtocolError.None;
        record = new NdjsonRecord(Number, _lineOffset, line, error, _lineOffset + index);
        return true;
    }

    /// <summary>Not inlined: what is hot without validation is not to carry its registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsBad(ReadOnlySpan<byte> line) => JsonText.CheckLine(line, _syntax, out _) != NdjsonProtocolError.None;
}
