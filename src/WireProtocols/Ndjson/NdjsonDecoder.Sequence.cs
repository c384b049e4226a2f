using System.Buffers;
using System.Text.Json;

namespace WireProtocols.Ndjson;

/// <content>
/// JSON text sequences (RFC 7464): <c>input-JSON-sequence = *(1*RS possible-JSON)</c>. A text that is complete before a line feed is handed
/// out at the line feed; any other at the next separator.
/// </content>
public sealed partial class NdjsonDecoder
{
    private const byte Separator = 0x1E;

    private OperationStatus DecodeText(ReadOnlySpan<byte> source, scoped ref int index, out NdjsonRecord record)
    {
        while (index < source.Length)
        {
            OperationStatus status = _state switch
            {
                State.FirstSeparator => TakeFirstSeparator(source, ref index, out record),
                State.Text => TakeText(source, ref index, out record),
                State.RestOfText => TakeRestOfText(source, ref index, out record),
                _ => TakeRestOfBadText(source, ref index, out record),
            };
            if (status != OperationStatus.NeedMoreData)
            {
                return status;
            }

            ReleaseTaken();
        }

        record = default;
        return OperationStatus.NeedMoreData;
    }

    private OperationStatus TakeFirstSeparator(ReadOnlySpan<byte> source, scoped ref int index, out NdjsonRecord record)
    {
        byte value = source[index];
        int at = (int)(Position + index);
        bool isMark = _options.AllowByteOrderMark && at < ByteOrderMarkLength && value == ByteOrderMark[at];
        if (!isMark && !(value == Separator && at is (0 or ByteOrderMarkLength)))
        {
            _state = State.RestOfBadText;
            return Bad(NdjsonProtocolError.MissingRecordSeparator, at, default, out record);
        }

        index++;
        if (value == Separator)
        {
            BeginText(Position + index);
        }

        record = default;
        return OperationStatus.NeedMoreData;
    }

    private void BeginText(long offset)
    {
        _state = State.Text;
        _recordOffset = offset;
        _number++;
        _read = 0;
        _json = new JsonReaderState(new JsonReaderOptions { MaxDepth = _options.MaxDepth });
    }

    /// <summary>Takes the text up to the next separator or, when it may be complete there, the next line feed.</summary>
    private OperationStatus TakeText(ReadOnlySpan<byte> source, scoped ref int index, out NdjsonRecord record)
    {
        record = default;
        ReadOnlySpan<byte> rest = source[index..];
        int length = _validate ? rest.IndexOfAny(Separator, (byte)'\n') : rest.IndexOf(Separator);
        if (IsTooLong(rest, length < 0 ? rest.Length : length, out int tooLong))
        {
            index += tooLong;
            return EndTooLong(State.RestOfBadText, out record);
        }

        if (length < 0)
        {
            _pending.Append(rest);
            index = source.Length;
            return OperationStatus.NeedMoreData;
        }

        bool isSeparator = rest[length] == Separator;
        index += length + 1;
        if (!isSeparator)
        {
            return TakeLineFeed(rest, length, out record);
        }

        // "Multiple consecutive RS octets do not denote empty sequence elements between them and can be ignored" (RFC 7464 §2.1).
        if (_pending.Length == 0 && length == 0)
        {
            _recordOffset = Position + index;
            return OperationStatus.NeedMoreData;
        }

        OperationStatus status = EndText(Join(rest, length), NdjsonProtocolError.TruncatedRecord, Position + index - 1, out record);
        if (status == OperationStatus.Done)
        {
            BeginText(Position + index);
        }

        return status;
    }

    /// <summary>
    /// A line feed: "the canary octet to detect truncation" (RFC 7464 §2.4). If the text is complete before it, that is the record; if not,
    /// it is white space inside of the text.
    /// </summary>
    private OperationStatus TakeLineFeed(ReadOnlySpan<byte> rest, int length, out NdjsonRecord record)
    {
        record = default;
        bool spans = _pending.Length > 0;
        if (spans)
        {
            _pending.Append(rest[..(length + 1)]);
        }

        ReadOnlySpan<byte> text = spans ? _pending.Written : rest[..(length + 1)];
        int from = _read;
        NdjsonProtocolError error = JsonText.CheckUtf8(text[from..], out int index);
        index += from;
        bool isComplete = false;
        if (error == NdjsonProtocolError.None)
        {
            error = JsonText.Read(text, ref _read, isFinalBlock: false, ref _json, out isComplete, out index);
        }

        if (error != NdjsonProtocolError.None)
        {
            _pendingTaken = spans;
            _state = State.RestOfBadText;
            return Bad(error, _recordOffset + index, text[..^1], out record);
        }

        if (isComplete)
        {
            _pendingTaken = spans;
            _state = State.RestOfText;
            record = new NdjsonRecord(_number, _recordOffset, text[..^1]);
            return OperationStatus.Done;
        }

        if (!spans)
        {
            _pending.Append(text);
        }

        return OperationStatus.NeedMoreData;
    }

    /// <summary>A text that a separator or the end of the input ends.</summary>
    private OperationStatus EndText(ReadOnlySpan<byte> text, NdjsonProtocolError truncated, long end, out NdjsonRecord record)
    {
        NdjsonProtocolError error = NdjsonProtocolError.None;
        int index = 0;
        if (_validate)
        {
            error = CheckText(text, truncated, out index);
        }

        if (error != NdjsonProtocolError.None)
        {
            return Bad(error, error == truncated ? end : _recordOffset + index, text, out record);
        }

        record = new NdjsonRecord(_number, _recordOffset, text[^1] == '\n' ? text[..^1] : text);
        return OperationStatus.Done;
    }

    /// <summary>
    /// "Parsers MUST check that any JSON texts that are a top-level number, or that might be 'true', 'false', or 'null', include JSON
    /// whitespace […] after that value; otherwise, the JSON-text may have been truncated" (RFC 7464 §2.4).
    /// </summary>
    private NdjsonProtocolError CheckText(ReadOnlySpan<byte> text, NdjsonProtocolError truncated, out int index)
    {
        int from = _read;
        NdjsonProtocolError error = JsonText.CheckUtf8(text[from..], out index);
        index += from;
        if (error != NdjsonProtocolError.None)
        {
            return index == text.Length ? truncated : error;
        }

        error = JsonText.Read(text, ref _read, isFinalBlock: false, ref _json, out bool isComplete, out index);
        if (error != NdjsonProtocolError.None)
        {
            return error;
        }

        bool isDelimited = text[^1] is (byte)'}' or (byte)']' or (byte)'"' || JsonText.IsWhitespace(text[^1]);
        return isComplete && isDelimited ? NdjsonProtocolError.None : truncated;
    }

    /// <summary>After a complete text, only white space comes before the next separator.</summary>
    private OperationStatus TakeRestOfText(ReadOnlySpan<byte> source, scoped ref int index, out NdjsonRecord record)
    {
        record = default;
        int skipped = source[index..].IndexOfAnyExcept(JsonText.Whitespace);
        if (skipped < 0)
        {
            index = source.Length;
            return OperationStatus.NeedMoreData;
        }

        index += skipped;
        if (source[index] == Separator)
        {
            index++;
            BeginText(Position + index);
            return OperationStatus.NeedMoreData;
        }

        _state = State.RestOfBadText;
        return Bad(NdjsonProtocolError.BytesAfterRecord, Position + index, default, out record);
    }

    /// <summary>"The JSON text sequence parser should skip to the next RS" (RFC 7464 §2.3).</summary>
    private OperationStatus TakeRestOfBadText(ReadOnlySpan<byte> source, scoped ref int index, out NdjsonRecord record)
    {
        record = default;
        int skipped = source[index..].IndexOf(Separator);
        index = skipped < 0 ? source.Length : index + skipped + 1;
        if (skipped >= 0)
        {
            BeginText(Position + index);
        }

        return OperationStatus.NeedMoreData;
    }

    private OperationStatus DecodeLastText(out NdjsonRecord record)
    {
        ReadOnlySpan<byte> text = Join(default, 0);
        OperationStatus status = EndText(text, NdjsonProtocolError.UnexpectedEnd, Position, out record);
        if (status == OperationStatus.Done)
        {
            _state = State.RestOfText;
        }

        return status;
    }
}
