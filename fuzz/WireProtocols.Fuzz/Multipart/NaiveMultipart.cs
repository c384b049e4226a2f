using System.Text;
using WireProtocols.Multipart;

namespace WireProtocols.Fuzz.Multipart;

/// <summary>
/// Multipart bodies (RFC 2046 §5.1.1), transcribed over the whole input at once. A line end is put before it, so that every boundary stands behind
/// one.
/// </summary>
public sealed class NaiveMultipart
{
    private readonly string _text;
    private readonly string _delimiter;
    private readonly MultipartOptions _options;
    private readonly MultipartRows _rows = new();
    private int _at;
    private int _start;
    private int _discarded;
    private bool _hasFailed;

    private NaiveMultipart(ReadOnlySpan<byte> input, string boundary, MultipartOptions options)
    {
        _text = "\r\n" + Encoding.Latin1.GetString(input);
        _delimiter = "\r\n--" + boundary;
        _options = options;
    }

    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, string boundary, MultipartOptions options)
    {
        NaiveMultipart naive = new(input, boundary, options);
        naive.DecodeAll();
        return naive._rows.Rows;
    }

    private void DecodeAll()
    {
        int found = _text.IndexOf(_delimiter, StringComparison.Ordinal);
        int preamble = found >= 0 ? found : _text.Length - HeldAtEnd(0);
        if (!Discard(2, preamble) || found < 0)
        {
            Fail(MultipartProtocolError.UnexpectedEnd, _text.Length);
            return;
        }

        _at = found;
        for (int parts = 0; DecodeBoundaryLine(parts);)
        {
            parts++;
            if (!DecodeHead() || !DecodeBody())
            {
                return;
            }
        }
    }

    /// <summary>delimiter transport-padding CRLF, or close-delimiter transport-padding [CRLF epilogue].</summary>
    /// <returns>Whether a part follows.</returns>
    private bool DecodeBoundaryLine(int parts)
    {
        int start = _at + 2;
        _at += _delimiter.Length;
        bool isLast = Next() == '-';
        if (isLast)
        {
            _at++;
            if (Next() != '-')
            {
                return Fail(MultipartProtocolError.BoundaryLineMalformed, _at);
            }

            _at++;
        }

        for (; Next() is ' ' or '\t'; _at++)
        {
            if (!Discard(_at, _at + 1))
            {
                return false;
            }
        }

        if (_at == _text.Length)
        {
            return isLast || (_options.AllowMissingEnd && parts > 0) ? false : Fail(MultipartProtocolError.UnexpectedEnd, _at);
        }

        foreach (char expected in "\r\n")
        {
            if (Next() != expected)
            {
                return Fail(MultipartProtocolError.BoundaryLineMalformed, _at);
            }

            // The line is whole with its last byte.
            if (expected == '\n' && !isLast && parts == _options.MaxParts)
            {
                return Fail(MultipartProtocolError.TooManyParts, start);
            }

            _at++;
        }

        if (isLast)
        {
            Discard(_at, _text.Length);
            return false;
        }

        _start = start;
        return _at < _text.Length || !_options.AllowMissingEnd || parts == 0;
    }

    private bool DecodeHead()
    {
        int start = _at;
        List<string> fields = [];
        while (Peek(start) is { } first && first != '\r')
        {
            int colon = _at;
            MultipartProtocolError error = first is ' ' or '\t' && fields.Count > 0 ? MultipartProtocolError.FieldFolded
                : first == '\n' ? MultipartProtocolError.LineEndMalformed
                : first is <= ' ' or > '~' or ':' ? MultipartProtocolError.FieldNameMalformed
                : fields.Count == _options.MaxFields ? MultipartProtocolError.TooManyFields
                : MultipartProtocolError.None;
            if (error != MultipartProtocolError.None)
            {
                return Fail(error, _at);
            }

            for (; Peek(start) is { } c && c != ':'; _at++)
            {
                if (c is <= ' ' or > '~')
                {
                    return Fail(MultipartProtocolError.FieldNameMalformed, _at);
                }
            }

            string name = _text[colon..Math.Min(_at, _text.Length)];
            _at++;
            int value = _at;
            for (; !_hasFailed && Peek(start) is { } c && c != '\r'; _at++)
            {
                if (c is < ' ' and not '\t' or '\x7F')
                {
                    return Fail(c == '\n' ? MultipartProtocolError.LineEndMalformed : MultipartProtocolError.FieldValueMalformed, _at);
                }
            }

            if (_hasFailed || !TakeLineEnd(start))
            {
                return false;
            }

            fields.Add($"field {name}: {_text[value..(_at - 2)].Trim(' ', '\t')}");
        }

        if (_hasFailed || !TakeLineEnd(start))
        {
            return false;
        }

        _rows.Row($"part {_start - 2}");
        fields.ForEach(_rows.Row);
        return true;
    }

    private bool DecodeBody()
    {
        // The line end of the empty line may be that of the delimiter.
        int found = _text.IndexOf(_delimiter, _at - 2, StringComparison.Ordinal);
        int end = Math.Max(_at, found >= 0 ? found : _text.Length - HeldAtEnd(_at - 2));
        int allowed = (int)Math.Min(end - _at, _options.MaxPartLength);
        _rows.Payload(Encoding.Latin1.GetBytes(_text[_at..(_at + allowed)]));
        if (allowed < end - _at)
        {
            return Fail(MultipartProtocolError.PartTooLarge, _at + allowed);
        }

        if (found < 0)
        {
            return Fail(MultipartProtocolError.UnexpectedEnd, _text.Length);
        }

        _rows.Row("end");
        _at = found;
        return true;
    }

    private bool TakeLineEnd(int start)
    {
        foreach (char expected in "\r\n")
        {
            if (Peek(start) is not { } c)
            {
                return false;
            }

            if (c != expected)
            {
                return Fail(MultipartProtocolError.LineEndMalformed, _at);
            }

            _at++;
        }

        return true;
    }

    /// <summary>The next character of a head, which has to be there and within the limit.</summary>
    private char? Peek(int start)
    {
        if (_at >= _text.Length)
        {
            Fail(MultipartProtocolError.UnexpectedEnd, _text.Length);
            return null;
        }

        if (_at - start >= _options.MaxHeadLength)
        {
            Fail(MultipartProtocolError.HeadTooLarge, _at);
            return null;
        }

        return _text[_at];
    }

    /// <summary>The next character, or one that is in no input.</summary>
    private char Next()
    {
        if (_at < _text.Length)
        {
            return _text[_at];
        }

        return '\uFFFF';
    }

    /// <summary>How many characters at the end of the text are a beginning of the delimiter.</summary>
    private int HeldAtEnd(int from)
    {
        for (int length = Math.Min(_delimiter.Length - 1, _text.Length - from); length > 0; length--)
        {
            if (_text.EndsWith(_delimiter[..length], StringComparison.Ordinal))
            {
                return length;
            }
        }

        return 0;
    }

    private bool Discard(int from, int to)
    {
        int count = Math.Max(0, to - from);
        int allowed = _options.MaxDiscardedLength - _discarded;
        _discarded += count;
        return count <= allowed || Fail(MultipartProtocolError.DiscardedTooLarge, from + allowed);
    }

    /// <summary>Says what is wrong, once. Where bytes are missing that would have to be there, the input has ended too early.</summary>
    private bool Fail(MultipartProtocolError error, int at)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            bool isEnd = at >= _text.Length && error is MultipartProtocolError.BoundaryLineMalformed;
            _rows.Error(isEnd ? MultipartProtocolError.UnexpectedEnd : error, at - 2);
        }

        return false;
    }
}
