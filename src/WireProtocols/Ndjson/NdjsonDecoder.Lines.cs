using System.Buffers;
using System.Runtime.CompilerServices;

namespace WireProtocols.Ndjson;

/// <content>
/// A record a line. "The parser MUST accept newline as line delimiter \n (0x0A) as well as carriage return and newline \r\n (0x0D0A)"
/// (ndjson-spec §3.2).
/// </content>
public sealed partial class NdjsonDecoder
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The common case in one go: a good line that is all in the source. Whatever is not exactly that, bad input and the first line with its
    /// byte order mark included, is left to the states.
    /// </summary>
    private bool TryDecodeWholeLine(ReadOnlySpan<byte> source, out int bytesConsumed, out NdjsonRecord record)
    {
        int length = _lineFeeds.IndexOf(source, Position);
        bytesConsumed = length + 1;
        if (length > 0 && source[length - 1] == '\r')
        {
            length--;
        }

        if (length <= 0 || length > _maxLength || (_validate && IsBad(source[..length])))
        {
            bytesConsumed = 0;
            record = default;
            return false;
        }

        record = new NdjsonRecord(_number++, Position, source[..length]);
        Position += bytesConsumed;
        _lineFeeds.Pass();
        return true;
    }

    /// <summary>Not inlined: what is hot without validation is not to carry its registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsBad(ReadOnlySpan<byte> line) => JsonText.CheckLine(line, _options.MaxDepth, out _) != NdjsonProtocolError.None;

    private OperationStatus DecodeLine(ReadOnlySpan<byte> source, scoped ref int index, out NdjsonRecord record)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = source[index..];
            int length = rest.IndexOf((byte)'\n');
            if (_state == State.RestOfBadLine)
            {
                if (length < 0)
                {
                    record = default;
                    index = source.Length;
                    return OperationStatus.NeedMoreData;
                }

                index += length + 1;
                BeginLine(Position + index);
                continue;
            }

            if (IsTooLong(rest, length < 0 ? rest.Length : length, out int tooLong))
            {
                index += tooLong;
                return EndTooLong(State.RestOfBadLine, out record);
            }

            if (length < 0)
            {
                _pending.Append(rest);
                record = default;
                index = source.Length;
                return OperationStatus.NeedMoreData;
            }

            index += length + 1;
            OperationStatus status = EndLine(Join(rest, length), Position + index, out record);
            if (status != OperationStatus.NeedMoreData)
            {
                return status;
            }

            ReleaseTaken();
        }
    }

    private void BeginLine(long offset)
    {
        _state = State.Line;
        _recordOffset = offset;
        _number++;
    }

    /// <summary>
    /// Whether the record with the first <paramref name="count"/> bytes of <paramref name="rest"/> passes the limit. One byte more may be
    /// the first half of a line's end, or the line feed of a text.
    /// </summary>
    private bool IsTooLong(ReadOnlySpan<byte> rest, int count, out int index)
    {
        long length = (long)_pending.Length + count;
        index = _maxLength - _pending.Length;
        if (length <= _maxLength)
        {
            return false;
        }

        byte last = count > 0 ? rest[count - 1] : _pending.Written[^1];
        index = Math.Max(0, index);
        byte end = _options.Format == NdjsonFormat.Lines ? (byte)'\r' : (byte)'\n';
        return length > _maxLength + 1L || last != end;
    }

    private OperationStatus EndTooLong(State rest, out NdjsonRecord record)
    {
        _pending.Release();
        _state = rest;
        return Bad(NdjsonProtocolError.RecordTooLong, _recordOffset + _maxLength, default, out record);
    }

    /// <returns><see cref="OperationStatus.NeedMoreData"/> when the line was skipped.</returns>
    private OperationStatus EndLine(ReadOnlySpan<byte> line, long next, out NdjsonRecord record)
    {
        if (!line.IsEmpty && line[^1] == '\r')
        {
            line = line[..^1];
        }

        OperationStatus status = CheckLine(line, out record);
        if (status != OperationStatus.InvalidData)
        {
            BeginLine(next);
        }

        return status;
    }

    private OperationStatus CheckLine(ReadOnlySpan<byte> line, out NdjsonRecord record)
    {
        if (_recordOffset == 0 && line.StartsWith(ByteOrderMark))
        {
            if (!_options.AllowByteOrderMark)
            {
                return Bad(NdjsonProtocolError.ByteOrderMark, 0, line, out record);
            }

            line = line[ByteOrderMarkLength..];
            _recordOffset = ByteOrderMarkLength;
        }

        if (line.IsEmpty)
        {
            record = default;
            return _options.IgnoreEmptyLines
                ? OperationStatus.NeedMoreData
                : Bad(NdjsonProtocolError.EmptyLine, _recordOffset, default, out record);
        }

        if (_validate)
        {
            NdjsonProtocolError error = JsonText.CheckLine(line, _options.MaxDepth, out int index);
            if (error != NdjsonProtocolError.None)
            {
                return Bad(error, _recordOffset + index, line, out record);
            }
        }

        record = new NdjsonRecord(_number, _recordOffset, line);
        return OperationStatus.Done;
    }

    private OperationStatus DecodeLastLine(out NdjsonRecord record)
    {
        ReadOnlySpan<byte> line = Join(default, 0);
        if (_options.AllowUnterminatedLastRecord)
        {
            return EndLine(line, Position, out record);
        }

        _pendingTaken = _continue;
        return Bad(NdjsonProtocolError.UnexpectedEnd, Position, line, out record);
    }
}
