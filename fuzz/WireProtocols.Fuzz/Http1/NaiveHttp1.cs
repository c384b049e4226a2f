using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text.RegularExpressions;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>
/// The grammar of RFC 9112 heads, a character at a time, transcribed for clarity: the oracle of the decoders. It reads one head with default
/// limits and leniencies.
/// </summary>
public sealed class NaiveHttp1
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

    /// <summary>What the oracle found: the fields and the end of the head, or an error and its offset. -1 stands for an offset it does not know.</summary>
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

    private void ParseTarget(out string target)
    {
        char first = Peek();
        Throw(first == ' ' ? Http1ProtocolError.InvalidRequestLine : Http1ProtocolError.None, _at);
        bool asterisk = _method is "OPTIONS" or "PRI";
        if (_method != "CONNECT" && !(first == '/' || char.IsAsciiLetter(first) || (first == '*' && asterisk)))
        {
            throw Unexpected(first, Http1ProtocolError.InvalidTarget);
        }

        int start = _at;
        target = Many(c => IsTarget(c, start), Limits.MaxStartLineLength, Http1ProtocolError.RequestLineTooLong);
        if (Peek() == ' ' && Regex.IsMatch(target, "%(?![0-9A-Fa-f]{2})"))
        {
            throw new Broken(Http1ProtocolError.InvalidTarget, _at);
        }

        if (Peek() == ' ' && !IsTarget(target))
        {
            throw new Broken(Http1ProtocolError.InvalidTarget, -1);
        }

        Expect(' ', Http1ProtocolError.InvalidTarget);
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

            Take(Limits.MaxStartLineLength, Http1ProtocolError.StatusLineTooLong);
        }

        Expect(' ', Http1ProtocolError.InvalidStatusLine);
        Many(IsFieldChar, Limits.MaxStartLineLength, Http1ProtocolError.StatusLineTooLong);
        EndLine(Http1ProtocolError.InvalidReasonPhrase);
    }

    private void ParseField(char first)
    {
        if (first is ' ' or '\t')
        {
            throw new Broken(_fields.Count == 0 ? Http1ProtocolError.WhitespaceBeforeFirstField : Http1ProtocolError.ObsoleteLineFolding, _at);
        }

        if (_fields.Count == Limits.MaxFieldCount)
        {
            throw new Broken(Http1ProtocolError.TooManyFields, _at);
        }

        string name = Many(IsToken, Limits.MaxFieldLineLength, Http1ProtocolError.FieldLineTooLong);
        char c = Peek();
        if (name.Length == 0 || c != ':')
        {
            throw new Broken(
                c switch
                {
                    '\n' => Http1ProtocolError.BareLineFeed,
                    '\r' => Http1ProtocolError.MissingColon,
                    ' ' or '\t' when name.Length > 0 => Http1ProtocolError.WhitespaceBeforeColon,
                    _ => Http1ProtocolError.InvalidFieldName,
                },
                _at);
        }

        CheckName(name);
        Take(Limits.MaxFieldLineLength, Http1ProtocolError.FieldLineTooLong);
        string value = Many(IsFieldChar, Limits.MaxFieldLineLength, Http1ProtocolError.FieldLineTooLong);
        EndLine(Peek() == '\0' ? Http1ProtocolError.NulInFieldValue : Http1ProtocolError.InvalidFieldValue);
        string trimmed = value.Trim(' ', '\t');
        _fields.Add((name, trimmed));
        CheckValue(name, trimmed);
    }

    private void CheckName(string name)
    {
        bool Has(string other) => _fields.Exists(f => f.Name.Equals(other, StringComparison.OrdinalIgnoreCase));
        Http1ProtocolError error = name.ToLowerInvariant() switch
        {
            "host" when _isRequest && Has("host") => Http1ProtocolError.DuplicateHost,
            "content-length" when Has("content-length") => Http1ProtocolError.DuplicateContentLength,
            "content-length" when Has("transfer-encoding") => Http1ProtocolError.ContentLengthWithTransferEncoding,
            "transfer-encoding" when _minor == '0' => Http1ProtocolError.TransferEncodingInHttp10,
            "transfer-encoding" when Has("content-length") => Http1ProtocolError.ContentLengthWithTransferEncoding,
            _ => Http1ProtocolError.None,
        };
        Throw(error, _lineStart);
    }

    private void CheckValue(string name, string value)
    {
        switch (name.ToLowerInvariant())
        {
            case "host" when _isRequest && value.Length > 0 && !IsAuthority(value):
                throw new Broken(Http1ProtocolError.InvalidHost, -1);
            case "content-length" when value.Length == 0 || !value.All(char.IsAsciiDigit):
                // A number that grows too large before it breaks is too large.
                string digits = new([.. value.TakeWhile(char.IsAsciiDigit)]);
                throw new Broken(IsTooLarge(digits) ? Http1ProtocolError.ContentLengthTooLarge : Http1ProtocolError.InvalidContentLength, -1);
            case "content-length" when IsTooLarge(value):
                throw new Broken(Http1ProtocolError.ContentLengthTooLarge, -1);
            case "transfer-encoding":
                CheckCodings(atEnd: false);
                break;
            default:
                break;
        }
    }

    private static bool IsTooLarge(string digits)
        => digits.Length > 0 && BigInteger.Parse(digits, CultureInfo.InvariantCulture) > long.MaxValue;

    /// <summary>Judges all transfer codings so far, from left to right; what only the end decides, at the end.</summary>
    private void CheckCodings(bool atEnd)
    {
        List<string> names = [];
        bool chunked = false;
        foreach ((_, string value) in _fields.Where(f => f.Name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)))
        {
            string rest = value;
            while ((rest = rest.TrimStart(' ', '\t', ',')).Length > 0)
            {
                Match coding = TransferCoding.Match(rest);
                if (!coding.Success)
                {
                    throw new Broken(Http1ProtocolError.InvalidTransferEncoding, -1);
                }

                string name = coding.Groups["name"].Value.ToLowerInvariant();
                Throw(chunked && name == "chunked" ? Http1ProtocolError.ChunkedTwice : Http1ProtocolError.None, -1);
                Throw(chunked && _isRequest ? Http1ProtocolError.ChunkedNotFinal : Http1ProtocolError.None, -1);
                Throw(name == "chunked" && coding.Groups["parameters"].Length > 0 ? Http1ProtocolError.InvalidTransferEncoding : Http1ProtocolError.None, -1);
                chunked |= name == "chunked";
                names.Add(name);
                rest = rest[coding.Length..];
            }
        }

        bool any = _fields.Exists(f => f.Name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase));
        if (atEnd)
        {
            Throw(_isRequest && any && names is not [.., "chunked"] ? Http1ProtocolError.ChunkedNotFinal : Http1ProtocolError.None, -1);
            Throw(names.Exists(n => n != "chunked") ? Http1ProtocolError.UnsupportedTransferCoding : Http1ProtocolError.None, -1);
        }
    }

    private void CheckHead()
    {
        bool hasHost = _fields.Exists(f => f.Name.Equals("host", StringComparison.OrdinalIgnoreCase));
        Throw(_isRequest && _minor != '0' && !hasHost ? Http1ProtocolError.MissingHost : Http1ProtocolError.None, _at - 1);
        CheckCodings(atEnd: true);
    }

    private bool IsTarget(string target)
    {
        if (_method == "CONNECT")
        {
            Match port = Regex.Match(target, ":0*([0-9]{1,5})$");
            return IsAuthority(target) && port.Success && long.Parse(port.Groups[1].Value, CultureInfo.InvariantCulture) is > 0 and <= 65535;
        }

        if (target == "*" || target.StartsWith('/'))
        {
            return true;
        }

        Match uri = Regex.Match(target, @"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(//(?<authority>[^/?]*))?(?<rest>.*)$", RegexOptions.Singleline);
        bool needsAuthority = uri.Groups["scheme"].Value.ToLowerInvariant() is "http" or "https";
        return uri.Success
            && (uri.Groups["authority"].Success ? IsAuthority(uri.Groups["authority"].Value) : !needsAuthority)
            && !uri.Groups["rest"].Value.AsSpan().ContainsAny('[', ']');
    }

    private static bool IsAuthority(string value)
    {
        Match match = Regex.Match(value, @"^(?<host>\[(?<literal>[^\]]*)\]|([A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(:0*(?<port>[0-9]{0,5}))?$");
        return match.Success
            && !value.EndsWith('\n')
            && (match.Groups["port"].Length == 0 || int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture) <= 65535)
            && (!match.Groups["literal"].Success || IsLiteral(match.Groups["literal"].Value));
    }

    private static bool IsLiteral(string value)
        => Regex.IsMatch(value, @"^[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+\z")
            || (!value.AsSpan().ContainsAny('%', '/', '[') && IPAddress.TryParse(value, out IPAddress? address)
                && address.AddressFamily == AddressFamily.InterNetworkV6);

    private static readonly Regex TransferCoding = new(
        "^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)" +
        "(?<parameters>([ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*=[ \t]*" +
        "([!#$%&'*+.^_`|~0-9A-Za-z-]+|\"([\t !\\x23-\\x5B\\x5D-\\x7E\\x80-\\xFF]|\\\\[\t \\x21-\\x7E\\x80-\\xFF])*\"))*)" +
        "[ \t]*(,|$)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant);

    private static bool IsToken(char c) => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c, StringComparison.Ordinal);

    private static bool IsFieldChar(char c) => c is '\t' or (>= ' ' and <= '~') or >= '\x80';

    /// <summary>Whether the next character may stand in a target whose first one is at <paramref name="start"/>.</summary>
    private bool IsTarget(char c, int start)
    {
        if (IsTripletDigit(1) || IsTripletDigit(2))
        {
            return char.IsAsciiHexDigit(c);
        }

        if (_method != "CONNECT" && _text[start] == '*')
        {
            return _at == start;
        }

        bool isOrigin = _method != "CONNECT" && _text[start] == '/';
        return char.IsAsciiLetterOrDigit(c)
            || "%-._~:".Contains(c, StringComparison.Ordinal)
            || SubDelims.Contains(c, StringComparison.Ordinal)
            || (!isOrigin && (c is '[' or ']'))
            || (_method != "CONNECT" && (c is '/' or '?' or '@'));
    }

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
