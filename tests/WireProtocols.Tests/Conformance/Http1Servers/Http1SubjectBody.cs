using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using static WireProtocols.Tests.Conformance.Http1Defect;

namespace WireProtocols.Tests.Conformance;

/// <summary>The body of a request as the subject reads it.</summary>
internal sealed class Http1SubjectBody(Http1Defect defect, Http1SubjectInput input, Http1SubjectHead head)
{
    private const int MaxBody = 4 * 1024 * 1024;
    private readonly List<byte> _bytes = [];
    private long? _length;
    private int _overhead;

    public bool IsChunked { get; private set; }

    /// <summary>The connection ends behind the answer, whatever it is.</summary>
    public bool IsLast { get; private set; }

    public bool IsExpected => IsChunked || _length > 0;

    public byte[] Bytes => [.. _bytes];

    private bool Has(Http1Defect other) => defect == other;

    /// <summary>How long it is.</summary>
    /// <exception cref="Http1SubjectRefusal">That cannot be known.</exception>
    public void Frame()
    {
        string[] lines = head.All("Transfer-Encoding");
        string[] codings = Has(FirstCodingLine) ? [.. lines.Take(1)] : head.Members("Transfer-Encoding");
        codings = Has(CodingTrimmedOfAll) ? [.. codings.Select(c => c.Trim())] : codings;
        if (lines.Length > 0 && !(Has(UnknownCodingIgnored) && !codings.Contains("chunked")) && !(Has(IdentityTaken) && codings is ["identity"]))
        {
            FrameByCodings(codings);
        }

        string[] lengths = head.All("Content-Length");
        if (Has(ConnectionDropsLength) && head.Members("Connection").Contains("Content-Length", StringComparer.OrdinalIgnoreCase))
        {
            lengths = [];
        }

        IsLast |= IsChunked && ((lengths.Length > 0 && !Has(BothStaysOpen)) || (head.IsOld && !Has(OldChunkedStaysOpen)));
        if (Has(LengthWins) && lengths.Length > 0)
        {
            IsChunked = false;
        }

        if (!IsChunked && lengths.Length > 0)
        {
            _length = FindLength(lengths);
        }
    }

    private void FrameByCodings(string[] codings)
    {
        StringComparison comparison = Has(CodingCaseSensitive) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        bool IsName(string coding) => coding.Equals("chunked", comparison) || (Has(CodingBySubstring) && coding.Contains("chunked", comparison));
        bool isLast = codings.Length > 0 && (IsName(codings[^1]) || (Has(ChunkedNotLast) && codings.Any(IsName)));
        bool isAlone = codings.Length == 1 || Has(CodingsBeforeChunked) || (Has(ChunkedNotLast) && isLast)
            || (Has(ChunkedTwice) && codings.All(IsName));
        if (!isLast || !isAlone || Has(NoChunked))
        {
            throw new Http1SubjectRefusal(Has(UnknownCodingIs500) ? 500 : isLast ? 501 : 400);
        }

        IsChunked = true;
    }

    private long? FindLength(string[] lengths)
    {
        string[] values = Has(FirstLength) ? lengths[..1] : Has(LastLength) ? lengths[^1..] : lengths;
        if (values.Distinct().Count() > 1)
        {
            throw new Http1SubjectRefusal(400);
        }

        string value = values[0];
        value = Has(LengthOfList) ? value.Split(',')[0] : Has(LengthTrimmedOfAll) ? value.Trim() : Has(LengthUnderscore)
            ? value.Replace("_", "", StringComparison.Ordinal)
            : Has(LengthPlus) ? value.TrimStart('+') : Has(LengthByPrefix) ? Regex.Match(value, "^[0-9]*").Value : value;
        if (Has(LengthMinus) && value.StartsWith('-'))
        {
            return 0;
        }

        if (Has(LengthHex) && value.StartsWith("0x", StringComparison.Ordinal))
        {
            return Convert.ToInt64(value, 16);
        }

        if (Has(LengthFraction) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return (long)number;
        }

        if (Has(LengthEmpty) && value.Length == 0)
        {
            return 0;
        }

        if (!Http1SubjectHead.IsNumber(value) || (Has(RefusesLeadingZeros) && value is ['0', _, ..]))
        {
            return Has(InvalidLengthIgnored) ? null
                : throw new Http1SubjectRefusal(Has(InvalidLengthIs500) ? 500 : Has(InvalidLengthHangsUp) ? 0 : 400);
        }

        BigInteger exact = BigInteger.Parse(value, CultureInfo.InvariantCulture);
        exact = Has(LengthWraps32) ? exact & uint.MaxValue : Has(LengthWraps64) ? exact & ulong.MaxValue : exact;
        return exact <= MaxBody ? (long)exact : throw new Http1SubjectRefusal(413);
    }

    /// <exception cref="Http1SubjectRefusal">It is malformed, or cut off.</exception>
    public async Task ReadAsync()
    {
        if (IsChunked)
        {
            await (Has(SearchesTheEnd) ? SearchAsync() : ReadChunksAsync());
        }
        else if (Has(NoLengthIsWaitedFor) && _length is null && head.Method == "POST")
        {
            while (await input.FillAsync())
            {
                input.Drop();
            }
        }
        else if (Has(BodyOfOneRead) && _length > 0)
        {
            _ = input.Count > 0 || await input.FillAsync();
            int count = (int)Math.Min(input.Count, _length.Value);
            _bytes.AddRange(input.Buffered[..count]);
            input.Take(count);
        }
        else
        {
            await TakeAsync(_length ?? 0, Has(CutLengthEchoed));
        }
    }

    private async Task ReadChunksAsync()
    {
        for (int i = 0; ; i++)
        {
            string line = await ReadLineAsync();
            long size = FindSize(line);
            if (size == 0)
            {
                Check(!Has(LastIsOneZero) || line == "0", 400);
                break;
            }

            if (Has(FirstChunkOnly) && i > 0)
            {
                int before = _bytes.Count;
                await TakeAsync(size, false);
                _bytes.RemoveRange(before, _bytes.Count - before);
            }
            else
            {
                await TakeAsync(size, Has(CutChunksEchoed));
            }

            await EndDataAsync();
        }

        await ReadTrailersAsync();
    }

    private async Task EndDataAsync()
    {
        if (Has(SkipsTwoBytes))
        {
            await input.NextAsync();
            await input.NextAsync();
            return;
        }

        int first = await NextAsync();
        if (Has(CutChunksEchoed) && first < 0)
        {
            return;
        }

        if (Has(BareLfInChunks) && first == '\n')
        {
            return;
        }

        if (Has(NoEndNeeded) && first == '0')
        {
            input.Take(-1);
            return;
        }

        Check(first == '\r' && await NextAsync() == '\n', 400);
    }

    private long FindSize(string line)
    {
        if (Has(CutChunksEchoed) && line.Length == 0)
        {
            return 0;
        }

        int semicolon = line.IndexOf(';', StringComparison.Ordinal);
        string digits = semicolon < 0 ? line : line[..semicolon];
        string extensions = semicolon < 0 ? "" : line[semicolon..];
        digits = Has(SizeTrimmed) || semicolon >= 0 ? digits.Trim(' ', '\t') : digits;
        const string Word = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
        string quoted = Has(RefusesExtensionValues) ? "" : "|\"([^\"\\\\\\x00-\\x1f]|\\\\.)*\"";
        bool isRight = Has(RefusesExtensions) ? extensions.Length == 0
            : Regex.IsMatch(extensions, $"^([ \t]*;[ \t]*{Word}([ \t]*=[ \t]*({Word}{quoted}))?)*$")
                || (Has(LfInExtension) && extensions.Contains('\n'));
        Check(isRight, 400);
        _overhead += line.Length - digits.Length;
        Check(_overhead < 100_000 || Has(NoExtensionLimit), 400);
        return ToSize(digits);
    }

    private long ToSize(string digits)
    {
        digits = Has(SizePrefix) && digits.StartsWith("0x", StringComparison.Ordinal) ? digits[2..] : Has(SizePlus) ? digits.TrimStart('+')
            : Has(SizeMinus) ? digits.TrimStart('-') : Has(SizeEmpty) && digits.Length == 0 ? "0" : Has(SizeByPrefix)
                ? Regex.Match(digits, "^[0-9a-fA-F]*").Value
            : Has(SizeUnderscore) ? digits.Replace("_", "", StringComparison.Ordinal) : digits;
        string letters = Has(NoUpperHex) ? "a-f" : Has(NoLowerHex) ? "A-F" : Has(DecimalSizes) ? "" : "a-fA-F";
        Check(Regex.IsMatch(digits, $"^[0-9{letters}]{{1,256}}$") && !(Has(RefusesZerosBefore) && digits is ['0', not '0', ..]), 400);
        if (Has(DecimalSizes))
        {
            return long.Parse(digits, CultureInfo.InvariantCulture);
        }

        BigInteger exact = BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        exact = Has(SizeWraps32) ? exact & uint.MaxValue : Has(SizeWraps64) ? exact & ulong.MaxValue : exact;
        if (Has(DiesOfLargeChunk) && exact > int.MaxValue)
        {
            throw new Http1SubjectDeath();
        }

        Check(exact + _bytes.Count <= MaxBody, 413);
        return (long)exact;
    }

    private async Task ReadTrailersAsync()
    {
        if (Has(TrailersLeft) || (Has(CutChunksEchoed) && input.Count == 0))
        {
            await NextAsync();
            await NextAsync();
            return;
        }

        for (int length = 0; await ReadLineAsync() is { Length: > 0 } line; length += line.Length)
        {
            Check(!Has(NoTrailers), 400);
            Check(length < 16 * 1024 || Has(NoTrailerLimit), 431);
            Match field = Regex.Match(line, "^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\\x00\\r\\n]*)$");
            Check(field.Success || Has(BadTrailers), 400);
            if (Has(TrailersMerged) && field.Success)
            {
                head.Merge(field.Groups[1].Value, field.Groups[2].Value.Trim());
            }
        }
    }

    private async Task SearchAsync()
    {
        StringBuilder text = new();
        while (!text.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            int next = await NextAsync();
            Check(next >= 0, 0);
            text.Append((char)next);
        }

        string all = text.ToString();
        int begin = all.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        _bytes.AddRange(Encoding.Latin1.GetBytes(all[begin..Math.Max(begin, all.Length - 7)]));
    }

    private async Task TakeAsync(long count, bool mayBeCut)
    {
        while (count > 0)
        {
            if (input.Count == 0 && !await input.FillAsync())
            {
                Check(mayBeCut, 0);
                return;
            }

            int piece = (int)Math.Min(count, input.Count);
            _bytes.AddRange(input.Buffered[..piece]);
            input.Take(piece);
            count -= piece;
        }
    }

    private async Task<string> ReadLineAsync()
    {
        StringBuilder line = new();
        while (true)
        {
            int next = await NextAsync();
            if (next < 0)
            {
                Check(Has(CutChunksEchoed), 0);
                return "";
            }

            if (next == '\n' && (line is [.., '\r'] || Has(BareLfInChunks)))
            {
                string text = line.ToString();
                text = text.EndsWith('\r') ? text[..^1] : text;
                Check(!text.Contains('\r') && (!text.Contains('\n') || Has(LfInExtension)), 400);
                return text;
            }

            line.Append((char)next);
            Check(line.Length < 4096 || Has(NoExtensionLimit), 400);
            if (line.Length > 100_000)
            {
                line.Length = 4096;
            }
        }
    }

    private ValueTask<int> NextAsync() => input.NextAsync();

    private static void Check(bool isRight, int status)
    {
        if (!isRight)
        {
            throw new Http1SubjectRefusal(status);
        }
    }
}

/// <summary>The whole server is gone.</summary>
internal sealed class Http1SubjectDeath : Exception;
