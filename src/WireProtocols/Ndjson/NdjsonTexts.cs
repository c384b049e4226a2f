using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>
/// The discipline of JSON text sequences (RFC 7464): <c>input-JSON-sequence = *(1*RS possible-JSON)</c>. A text that is complete before a line feed
/// is handed out at the line feed; any other at the next separator. A bad record is a record with its error, as with <see cref="NdjsonLines"/>.
/// </summary>
internal sealed class NdjsonTexts
{
    private const byte Separator = 0x1E;
    private const byte LineFeed = (byte)'\n';

    private readonly NdjsonOptions _options;
    private readonly int _maxLength;
    private readonly JsonTextCheck _check;
    private State _state;
    private Scratch _text;
    private long _textOffset;

    public NdjsonTexts(NdjsonOptions options)
    {
        _options = options;
        _maxLength = options.MaxRecordLength;
        _check = new JsonTextCheck(options.MaxDepth);
        Validates = options.Validate;
    }

    private enum State : byte
    {
        FirstSeparator,
        Text,
        RestOfText,
        RestOfBadText,
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether texts are checked to be JSON and UTF-8.</summary>
    public bool Validates { get; set; }

    /// <summary>The number of the text that the input is in; from 1, and 0 before the first.</summary>
    public long Number { get; private set; }

    /// <summary>Whether there are bytes of a text that has not ended.</summary>
    public bool HasUnfinished => _text.Length > 0;

    /// <summary>How many bytes have been looked into.</summary>
    public long CheckedLength => _check.CheckedLength;

    /// <summary>Takes in bytes up to the end of a record.</summary>
    public OperationStatus Decode(ReadOnlySpan<byte> source, long position, out int bytesConsumed, out NdjsonRecord record)
    {
        _text.EndLoan();
        int index = 0;
        bool hasRecord = false;
        record = default;
        while (index < source.Length && !hasRecord)
        {
            hasRecord = _state switch
            {
                State.FirstSeparator => TryTakeFirstSeparator(source, position, ref index, out record),
                State.Text => TryTakeText(source, position, ref index, out record),
                State.RestOfText => TryTakeRestOfText(source, position, ref index, out record),
                _ => TryTakeRestOfBadText(source, position, ref index, out record),
            };
        }

        bytesConsumed = index;
        return hasRecord ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }

    /// <summary>The input ends here: takes the text that no separator ended.</summary>
    public bool TryDecodeLast(long position, out NdjsonRecord record)
    {
        _text.EndLoan();
        record = default;
        if (!HasUnfinished)
        {
            return false;
        }

        record = EndText(_text.Lend(default), NdjsonProtocolError.UnexpectedEnd, position);
        _state = record.IsValid ? State.RestOfText : State.RestOfBadText;
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Release();
        (_state, _textOffset, Number) = (State.FirstSeparator, 0, 0);
    }

    /// <summary>Gives pooled memory back.</summary>
    public void Release() => _text.Release();

    private bool TryTakeFirstSeparator(ReadOnlySpan<byte> source, long position, scoped ref int index, out NdjsonRecord record)
    {
        byte value = source[index];
        int at = (int)(position + index);
        bool isMark = _options.AllowByteOrderMark && at < ByteOrderMark.Length && value == ByteOrderMark[at];
        if (!isMark && !(value == Separator && at is (0 or 3)))
        {
            _state = State.RestOfBadText;
            record = new NdjsonRecord(Number, _textOffset, default, NdjsonProtocolError.MissingRecordSeparator, at);
            return true;
        }

        index++;
        if (value == Separator)
        {
            BeginText(position + index);
        }

        record = default;
        return false;
    }

    private void BeginText(long offset)
    {
        _state = State.Text;
        _textOffset = offset;
        Number++;
        _check.Reset();
    }

    /// <summary>Takes the text up to the next separator or, when it may be complete there, the next line feed.</summary>
    private bool TryTakeText(ReadOnlySpan<byte> source, long position, scoped ref int index, out NdjsonRecord record)
    {
        record = default;
        ReadOnlySpan<byte> rest = source[index..];
        int length = Validates ? rest.IndexOfAny(Separator, LineFeed) : rest.IndexOf(Separator);
        if (IsTooLong(rest, length < 0 ? rest.Length : length, out int tooLong))
        {
            index += tooLong;
            _text.Release();
            _state = State.RestOfBadText;
            record = new NdjsonRecord(Number, _textOffset, default, NdjsonProtocolError.RecordTooLong, _textOffset + _maxLength);
            return true;
        }

        bool isLineFeed = length >= 0 && rest[length] == LineFeed;
        ReadOnlySpan<byte> piece = length < 0 ? rest : rest[..(isLineFeed ? length + 1 : length)];
        if (Validates)
        {
            _check.Add(piece);
        }

        if (length < 0)
        {
            _text.Gather(rest);
            index = source.Length;
            return false;
        }

        index += length + 1;
        if (isLineFeed)
        {
            return TryTakeLineFeed(piece, out record);
        }

        // "Multiple consecutive RS octets do not denote empty sequence elements between them and can be ignored" (RFC 7464 §2.1).
        if (_text.Length == 0 && length == 0)
        {
            _textOffset = position + index;
            return false;
        }

        record = EndText(_text.Lend(piece), NdjsonProtocolError.TruncatedRecord, position + index - 1);
        BeginText(position + index);
        return true;
    }

    /// <summary>
    /// A line feed: "the canary octet to detect truncation" (RFC 7464 §2.4). If the text is complete before it, that is the record; if not,
    /// it is white space inside of the text.
    /// </summary>
    private bool TryTakeLineFeed(ReadOnlySpan<byte> piece, out NdjsonRecord record)
    {
        if (_check.Error != NdjsonProtocolError.None)
        {
            _state = State.RestOfBadText;
            record = new NdjsonRecord(Number, _textOffset, _text.Lend(piece)[..^1], _check.Error, _textOffset + _check.ErrorIndex);
            return true;
        }

        if (_check.IsComplete)
        {
            _state = State.RestOfText;
            record = new NdjsonRecord(Number, _textOffset, _text.Lend(piece)[..^1]);
            return true;
        }

        _text.Gather(piece);
        record = default;
        return false;
    }

    /// <summary>A text that a separator or the end of the input ends.</summary>
    private NdjsonRecord EndText(ReadOnlySpan<byte> text, NdjsonProtocolError truncated, long end)
    {
        NdjsonProtocolError error = Validates ? _check.Error : NdjsonProtocolError.None;
        long errorOffset = _textOffset + _check.ErrorIndex;

        // "Parsers MUST check that any JSON texts that are a top-level number, or that might be 'true', 'false', or 'null', include JSON
        // whitespace […] after that value; otherwise, the JSON-text may have been truncated" (RFC 7464 §2.4).
        bool isDelimited = text[^1] is (byte)'}' or (byte)']' or (byte)'"' || JsonText.IsWhitespace(text[^1]);
        if (Validates && error == NdjsonProtocolError.None && !(_check.IsComplete && isDelimited))
        {
            (error, errorOffset) = (truncated, end);
        }

        return error != NdjsonProtocolError.None
            ? new NdjsonRecord(Number, _textOffset, text, error, errorOffset)
            : new NdjsonRecord(Number, _textOffset, text[^1] == LineFeed ? text[..^1] : text);
    }

    /// <summary>Whether the text with the first <paramref name="count"/> bytes of <paramref name="rest"/> is longer than a record may be. One byte
    /// more may be its line feed.</summary>
    private bool IsTooLong(ReadOnlySpan<byte> rest, int count, out int index)
    {
        long length = (long)_text.Length + count;
        index = Math.Max(0, _maxLength - _text.Length);
        if (length <= _maxLength)
        {
            return false;
        }

        byte last = count > 0 ? rest[count - 1] : _text.Gathered[^1];
        return length > _maxLength + 1L || last != LineFeed;
    }

    /// <summary>After a complete text, only white space comes before the next separator.</summary>
    private bool TryTakeRestOfText(ReadOnlySpan<byte> source, long position, scoped ref int index, out NdjsonRecord record)
    {
        record = default;
        int skipped = source[index..].IndexOfAnyExcept(JsonText.Whitespace);
        if (skipped < 0)
        {
            index = source.Length;
            return false;
        }

        index += skipped;
        if (source[index] == Separator)
        {
            index++;
            BeginText(position + index);
            return false;
        }

        _state = State.RestOfBadText;
        record = new NdjsonRecord(Number, _textOffset, default, NdjsonProtocolError.BytesAfterRecord, position + index);
        return true;
    }

    /// <summary>"The JSON text sequence parser should skip to the next RS" (RFC 7464 §2.3).</summary>
    private bool TryTakeRestOfBadText(ReadOnlySpan<byte> source, long position, scoped ref int index, out NdjsonRecord record)
    {
        record = default;
        int skipped = source[index..].IndexOf(Separator);
        index = skipped < 0 ? source.Length : index + skipped + 1;
        if (skipped >= 0)
        {
            BeginText(position + index);
        }

        return false;
    }
}
