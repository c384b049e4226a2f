using System.Text.RegularExpressions;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>
/// The grammar of RFC 9112 heads, a character at a time, transcribed for clarity: the oracle of the decoders. It reads one head with default
/// limits and leniencies.
/// </summary>
public sealed partial class NaiveHttp1
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";
    private const string SubDelims = "!$&'()*+,;=";

    private static readonly Http1Options Limits = Http1Options.Default;

    private readonly string _text;
    private readonly bool _isRequest;
    private readonly List<(string Name, string Value)> _fields = [];
    private readonly int _start;
    private int _at;
    private int _lineStart;
    private string _method = "";
    private char _minor;
    private bool _ignoresFraming;

    private NaiveHttp1(string text, bool isRequest)
    {
        _text = text;
        _isRequest = isRequest;
        while (isRequest && _at == 0 && Peek() == '\r')
        {
            _at++;
            if (Next() != '\n')
            {
                throw new Broken(Http1ProtocolError.BareCarriageReturn, _at - 1);
            }
        }

        _start = _at;
        if (_at < text.Length && text[_at] == '\r')
        {
            throw new Broken(Http1ProtocolError.UnexpectedEmptyLine, _at);
        }
    }

    /// <summary>
    /// What the oracle found: the fields and the end of the head, or an error and its offset. -1 stands for an offset it does not know.
    /// </summary>
    public sealed record Outcome(Http1ProtocolError Error, int Offset, IReadOnlyList<(string Name, string Value)> Fields);

    public static Outcome Parse(string text, bool isRequest)
    {
        if (text.Length == 0 || (isRequest && text == "\r\n"))
        {
            return new Outcome(Http1ProtocolError.None, 0, []);
        }

        try
        {
            NaiveHttp1 parser = new(text, isRequest);
            parser.ParseHead();
            return new Outcome(Http1ProtocolError.None, parser._at, parser._fields);
        }
        catch (Broken broken)
        {
            return new Outcome(broken.Error, broken.Offset, []);
        }
    }

    private void ParseHead()
    {
        _lineStart = _at;
        if (_isRequest)
        {
            ParseRequestLine();
        }
        else
        {
            ParseStatusLine();
        }

        while (true)
        {
            _lineStart = _at;
            char first = Peek();
            if (first == '\r')
            {
                EndLine(Http1ProtocolError.None);
                break;
            }

            ParseField(first);
        }

        CheckHead();
    }

    private void ParseRequestLine()
    {
        _method = Many(IsToken, Limits.MaxMethodLength, Http1ProtocolError.MethodTooLong);
        Expect(' ', Http1ProtocolError.InvalidMethod);
        if (_method.Length == 0)
        {
            throw new Broken(Http1ProtocolError.InvalidRequestLine, _at - 1);
        }

        ParseTarget(out string target);
        ParseVersion(Http1ProtocolError.RequestLineTooLong, target);
        EndLine(Http1ProtocolError.InvalidVersion);
    }

    private void ParseVersion(Http1ProtocolError tooLong, string target)
    {
        foreach (char expected in "HTTP/1.x")
        {
            char c = Peek();
            if (expected == '1' && char.IsAsciiDigit(c) && c != '1')
            {
                bool preface = c == '2' && _method == "PRI" && target == "*";
                throw new Broken(preface ? Http1ProtocolError.Http2Preface : Http1ProtocolError.UnsupportedVersion, _at);
            }

            if (expected == 'x' ? !char.IsAsciiDigit(c) : c != expected)
            {
                throw Unexpected(c, Http1ProtocolError.InvalidVersion);
            }

            if (expected == '1' && _method == "PRI" && target == "*")
            {
                throw new Broken(Http1ProtocolError.InvalidTarget, _lineStart + 4);
            }

            _minor = Take(Limits.MaxStartLineLength, tooLong);
        }
    }

    private void ParseStatusLine()
    {
        ParseVersion(Http1ProtocolError.StatusLineTooLong, "");
        Expect(' ', Http1ProtocolError.InvalidStatusLine);
        for (int digit = 0; digit < 3; digit++)
        {
            char c = Peek();
            if (!char.IsAsciiDigit(c))
            {
                throw Unexpected(c, Http1ProtocolError.InvalidStatusCode);
            }

            // "any response with a 1xx ... status code ... is always terminated by the first empty line after the header fields, regardless of
            // the header fields present in the message" (RFC 9112 §6.3).
            _ignoresFraming |= digit == 0 && c == '1';
            Take(Limits.MaxStartLineLength, Http1ProtocolError.StatusLineTooLong);
        }

        Expect(' ', Http1ProtocolError.InvalidStatusLine);
        Many(IsFieldChar, Limits.MaxStartLineLength, Http1ProtocolError.StatusLineTooLong);
        EndLine(Http1ProtocolError.InvalidReasonPhrase);
    }

    private static readonly Regex TransferCoding = new(
        "^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)" +
        "(?<parameters>([ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*=[ \t]*" +
        "([!#$%&'*+.^_`|~0-9A-Za-z-]+|\"([\t !\\x23-\\x5B\\x5D-\\x7E\\x80-\\xFF]|\\\\[\t \\x21-\\x7E\\x80-\\xFF])*\"))*)" +
        "[ \t]*(,|$)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);

    private static bool IsToken(char c) => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c, StringComparison.Ordinal);

    private static bool IsFieldChar(char c) => c is '\t' or (>= ' ' and <= '~') or >= '\x80';

    private bool IsTripletDigit(int back) => _at - back >= 0 && _text[_at - back] == '%' && (back == 1 || char.IsAsciiHexDigit(_text[_at - 1]));

    private string Many(Func<char, bool> allowed, int limit, Http1ProtocolError tooLong)
    {
        int start = _at;
        while (allowed(Peek()))
        {
            Take(limit, tooLong);
        }

        return _text[start.._at];
    }

    private void Expect(char wanted, Http1ProtocolError otherwise)
    {
        char c = Peek();
        if (c != wanted)
        {
            throw Unexpected(c, otherwise);
        }

        Take(Limits.MaxStartLineLength, _isRequest ? Http1ProtocolError.RequestLineTooLong : Http1ProtocolError.StatusLineTooLong);
    }

    private void EndLine(Http1ProtocolError otherwise)
    {
        char c = Peek();
        if (c != '\r')
        {
            throw new Broken(c == '\n' ? Http1ProtocolError.BareLineFeed : otherwise, _at);
        }

        _at++;
        if (Next() != '\n')
        {
            throw new Broken(Http1ProtocolError.BareCarriageReturn, _at - 1);
        }
    }

    private Broken Unexpected(char c, Http1ProtocolError error) => new(
        c switch
        {
            '\n' => Http1ProtocolError.BareLineFeed,
            '\r' => _isRequest ? Http1ProtocolError.InvalidRequestLine : Http1ProtocolError.InvalidStatusLine,
            _ => error,
        },
        _at);

    private char Take(int limit, Http1ProtocolError tooLong)
    {
        char c = Next();
        Throw(_at - _lineStart > limit ? tooLong : Http1ProtocolError.None, _lineStart + limit);
        return c;
    }

    private char Next()
    {
        char c = Peek();
        _at++;
        return c;
    }

    private char Peek()
    {
        Throw(_at - _start >= Limits.MaxHeadLength && _at < _text.Length ? Http1ProtocolError.HeadTooLarge : Http1ProtocolError.None, _at);
        return _at < _text.Length ? _text[_at] : throw new Broken(Http1ProtocolError.UnexpectedEnd, _text.Length);
    }

    private static void Throw(Http1ProtocolError error, int offset)
    {
        if (error != Http1ProtocolError.None)
        {
            throw new Broken(error, offset);
        }
    }

    private sealed class Broken(Http1ProtocolError error, int offset) : Exception
    {
        public Http1ProtocolError Error { get; } = error;

        public int Offset { get; } = offset;
    }
}
