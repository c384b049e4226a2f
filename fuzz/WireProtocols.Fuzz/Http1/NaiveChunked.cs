using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace WireProtocols.Fuzz.Http1;

/// <summary>How a naive reading of a chunked body ended.</summary>
public enum NaiveVerdict
{
    /// <summary>The body is complete.</summary>
    Complete,

    /// <summary>The input ended where more has to follow, after a complete line or inside data.</summary>
    Incomplete,

    /// <summary>The input ended inside a line, which may or may not be good so far.</summary>
    IncompleteLine,

    /// <summary>The body breaks a rule.</summary>
    Invalid,
}

/// <summary>
/// The chunked transfer coding, transcribed from the pseudo-code of RFC 9112 §7.1.3 and the grammar of §7.1, over the whole input at once
/// and with no thought for speed. Texts are ISO 8859-1.
/// </summary>
public sealed partial class NaiveChunked
{
    private readonly string _input;
    private readonly StringBuilder _body = new();
    private int _at;

    private NaiveChunked(string input) => _input = input;

    public NaiveVerdict Verdict { get; private set; }

    /// <summary>The payload up to the end, or to the violation.</summary>
    public string Body => _body.ToString();

    public List<(long Size, string Extensions)> Chunks { get; } = [];

    public List<(string Name, string Value)> Trailers { get; } = [];

    /// <summary>Bytes taken when the body is complete; the start of the offending line or piece otherwise.</summary>
    public int Consumed => _at;

    public static NaiveChunked Read(ReadOnlySpan<byte> input)
    {
        NaiveChunked body = new(Encoding.Latin1.GetString(input));
        body.Verdict = body.ReadBody();
        return body;
    }

    private NaiveVerdict ReadBody()
    {
        while (true)
        {
            if (ReadLine(ChunkLine(), out Match line) is { } failure)
            {
                return failure;
            }

            // At most 2^63-1, in at most 16 digits.
            string digits = line.Groups["size"].Value;
            if (digits.Length > 16
                || ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is var size && size > long.MaxValue)
            {
                _at = line.Index;
                return NaiveVerdict.Invalid;
            }

            Chunks.Add(((long)size, line.Groups["ext"].Value));
            if (size == 0)
            {
                return ReadTrailers();
            }

            if (ReadData((long)size) is { } cut)
            {
                return cut;
            }
        }
    }

    private NaiveVerdict? ReadData(long size)
    {
        string data = _input.Substring(_at, (int)Math.Min(size, _input.Length - _at));
        _body.Append(data);
        _at += data.Length;
        string end = _input.Substring(_at, Math.Min(2, _input.Length - _at));
        if (data.Length < size || "\r\n".StartsWith(end, StringComparison.Ordinal) && end.Length < 2)
        {
            return NaiveVerdict.Incomplete;
        }

        if (end != "\r\n")
        {
            return NaiveVerdict.Invalid;
        }

        _at += 2;
        return null;
    }

    private NaiveVerdict ReadTrailers()
    {
        while (true)
        {
            if (_input.AsSpan(_at).StartsWith("\r\n"))
            {
                _at += 2;
                return NaiveVerdict.Complete;
            }

            if (ReadLine(FieldLine(), out Match line) is { } failure)
            {
                return failure;
            }

            Trailers.Add((line.Groups["name"].Value, line.Groups["value"].Value.Trim(' ', '\t')));
        }
    }

    /// <summary>A line ends at the next line feed; then all of it is as the grammar says, or it is bad.</summary>
    private NaiveVerdict? ReadLine(Regex grammar, out Match match)
    {
        match = Match.Empty;
        int end = _input.IndexOf('\n', _at);
        if (end < 0)
        {
            return NaiveVerdict.IncompleteLine;
        }

        match = grammar.Match(_input, _at, end + 1 - _at);
        if (!match.Success)
        {
            return NaiveVerdict.Invalid;
        }

        _at = end + 1;
        return null;
    }

    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";

    // qdtext and quoted-pair of RFC 9110 §5.6.4.
    private const string Quoted = @"""(?:[\t \x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t \x21-\x7E\x80-\xFF])*""";

    [GeneratedRegex(
        $@"\G(?<size>[0-9A-Fa-f]+)(?:[ \t]*;[ \t]*(?<ext>{Token}(?:[ \t]*=[ \t]*(?:{Token}|{Quoted}))?"
            + $@"(?:[ \t]*;[ \t]*{Token}(?:[ \t]*=[ \t]*(?:{Token}|{Quoted}))?)*))?\r\n\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex ChunkLine();

    [GeneratedRegex($@"\G(?<name>{Token}):(?<value>[\t\x20-\x7E\x80-\xFF]*)\r\n\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldLine();
}
