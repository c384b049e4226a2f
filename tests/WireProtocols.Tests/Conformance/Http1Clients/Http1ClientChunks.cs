using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using static WireProtocols.Tests.Conformance.Http1ClientDefect;

namespace WireProtocols.Tests.Conformance;

/// <summary>A chunked body as the client reads it.</summary>
internal sealed class Http1ClientChunks(Http1ClientDefect defect, Http1SubjectInput input)
{
    private const string Word = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public List<(string Name, string Value)> Trailers { get; } = [];

    private bool Has(Http1ClientDefect other) => defect == other;

    public async Task ReadAsync()
    {
        if (Has(SearchesTheEnd))
        {
            await SearchAsync();
            return;
        }

        while (true)
        {
            string line = await ReadLineAsync();
            long size = Has(CutChunksTaken) && line.Length == 0 ? 0 : FindSize(line);
            if (size == 0)
            {
                Check(!Has(LastIsOneZero) || line == "0", "the last chunk");
                break;
            }

            for (; size > 0; size--)
            {
                int next = await input.NextAsync();
                if (next < 0)
                {
                    Check(Has(CutChunksTaken), "the connection ended inside a chunk");
                    return;
                }

                _bytes.Add((byte)next);
            }

            await EndDataAsync();
        }

        await ReadTrailersAsync();
    }

    private async Task EndDataAsync()
    {
        int first = await input.NextAsync();
        if ((Has(CutChunksTaken) && first < 0) || (Has(BareLfInChunks) && first == '\n'))
        {
            return;
        }

        if (Has(NoEndNeeded) && first == '0')
        {
            input.Take(-1);
            return;
        }

        int second = await input.NextAsync();
        Check((first == '\r' && second == '\n') || (Has(SkipsTwoBytes) && second >= 0), "no CRLF behind a chunk");
    }

    private long FindSize(string line)
    {
        int semicolon = line.IndexOf(';', StringComparison.Ordinal);
        string digits = semicolon < 0 ? line : line[..semicolon];
        string extensions = semicolon < 0 ? "" : line[semicolon..];
        digits = Has(SizeTrimmed) || semicolon >= 0 ? digits.Trim(' ', '\t') : digits;
        Check(Has(RefusesExtensions) ? extensions.Length == 0
            : Regex.IsMatch(extensions, $"^([ \t]*;[ \t]*{Word}([ \t]*=[ \t]*({Word}|\"([^\"\\\\\\x00-\\x1f]|\\\\.)*\"))?)*$")
                || (Has(LfInExtension) && extensions.Contains('\n')), "an extension");
        digits = Has(SizePrefix) && digits.StartsWith("0x", StringComparison.Ordinal) ? digits[2..] : Has(SizePlus) ? digits.TrimStart('+')
            : Has(SizeMinus) ? digits.TrimStart('-') : Has(SizeEmpty) && digits.Length == 0 ? "0" : Has(SizeByPrefix)
                ? Regex.Match(digits, "^[0-9a-fA-F]*").Value : digits;
        string letters = Has(NoUpperHex) ? "a-f" : Has(NoLowerHex) ? "A-F" : Has(DecimalSizes) ? "" : "a-fA-F";
        Check(Regex.IsMatch(digits, $"^[0-9{letters}]{{1,64}}$") && !(Has(RefusesZerosBefore) && digits is ['0', not '0', ..]), "a chunk size");
        if (Has(DecimalSizes))
        {
            return long.Parse(digits, CultureInfo.InvariantCulture);
        }

        BigInteger exact = BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        exact = Has(SizeWraps32) ? exact & uint.MaxValue : Has(SizeWraps64) ? exact & ulong.MaxValue : exact;
        Check(exact < int.MaxValue, "a chunk that is too long");
        return (long)exact;
    }

    private async Task ReadTrailersAsync()
    {
        for (int length = 0; await ReadLineAsync() is { Length: > 0 } line; length += line.Length)
        {
            Check(!Has(RefusesTrailers), "a trailer");
            Check(length < 16 * 1024 || Has(NoTrailerLimit), "too many trailers");
            if (Has(TrailersInBody))
            {
                _bytes.AddRange(Encoding.Latin1.GetBytes(line));
            }

            Match field = Regex.Match(line, $"^({Word}):([^\\x00\\r\\n]*)$");
            Check(field.Success || Has(BadTrailers), $"'{line}' is no trailer");
            if (field.Success && length < 16 * 1024)
            {
                string value = field.Groups[2].Value;
                Trailers.Add((field.Groups[1].Value, Has(TrailersNotTrimmed) ? value : value.Trim(' ', '\t')));
            }
        }
    }

    private async Task SearchAsync()
    {
        StringBuilder text = new();
        while (text is not [.., '0', '\r', '\n', '\r', '\n'])
        {
            int next = await input.NextAsync();
            Check(next >= 0, "the connection ended inside the body");
            text.Append((char)next);
        }

        string all = text.ToString();
        int begin = all.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        _bytes.AddRange(Encoding.Latin1.GetBytes(all[begin..Math.Max(begin, all.Length - 7)]));
    }

    private async Task<string> ReadLineAsync()
    {
        StringBuilder line = new();
        while (true)
        {
            int next = await input.NextAsync();
            if (next < 0)
            {
                Check(Has(CutChunksTaken), "the connection ended inside a line");
                return "";
            }

            if (next == '\n' && (line is [.., '\r'] || Has(BareLfInChunks)))
            {
                string text = line.ToString();
                text = text.EndsWith('\r') ? text[..^1] : text;
                Check(!text.Contains('\r') && (!text.Contains('\n') || Has(LfInExtension)), "a bare CR or LF");
                return text;
            }

            line.Append((char)next);
            Check(line.Length < 4096, "a line that is too long");
        }
    }

    private static void Check(bool isRight, string what) => Http1ClientReading.Check(isRight, what);
}
