using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using static WireProtocols.Tests.Conformance.Http1ClientDefect;

namespace WireProtocols.Tests.Conformance;

/// <summary>A response as the client reads it.</summary>
internal sealed class Http1ClientReading(Http1ClientDefect defect, Http1SubjectInput input)
{
    private const int MaxHead = 64 * 1024;
    private static readonly int[] Known = [200, 201, 202, 203, 204, 206, 226, 304, 400, 403, 404, 410, 418, 422, 431, 451, 500, 501, 502, 505];
    private readonly List<(string Name, string Value)> _fields = [];
    private bool _endsWithConnection;
    private bool _isOld;

    public int Status { get; private set; }

    public byte[] Body { get; private set; } = [];

    public List<(string Name, string Value)> Trailers { get; } = [];

    public bool IsReusable { get; private set; }

    private bool Has(Http1ClientDefect other) => defect == other;

    /// <exception cref="InvalidDataException">It is no whole response.</exception>
    public async Task ReadAsync()
    {
        for (int interims = 0; ; interims++)
        {
            string? head = await ReadHeadAsync();
            if (head is null)
            {
                Status = 200;
                return;
            }

            Parse(head);
            bool isInterim = Status is >= 100 and < 200 and not 101 && !Has(InterimIsFinal) && !(Has(OneInterim) && interims > 0)
                && !(Has(OnlyKnownInterims) && Status is not (100 or 102 or 103));
            if (!isInterim)
            {
                break;
            }

            Check(interims < 100 || Has(NoInterimLimit), "too many interim responses");
        }

        Check(Status is >= 200 and < 600 || Has(InterimIsFinal) || Has(OneInterim) || Has(OnlyKnownInterims) || Has(FourDigits), $"status {Status}");
        Check(!Has(UnknownStatusIsError) || Known.Contains(Status), $"unknown status {Status}");
        Check(!Has(ErrorsAreErrors) || Status < 400, $"status {Status}");
        if (Has(ReportsEarly))
        {
            return;
        }

        await ReadBodyAsync();
        FindPersistence();
        if (Has(TakesAllThatCame))
        {
            Body = [.. Body, .. input.Buffered];
            input.Drop();
        }

        Body = Has(BodyIsText) ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Body))
            : Has(TrimsBody) ? Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Body).Trim())
            : Has(Truncates64K) ? Body[..Math.Min(Body.Length, ushort.MaxValue)] : Body;
    }

    private void FindPersistence()
    {
        string[] options = Has(CloseOfFirstLine) ? [.. All("Connection").Take(1)] : Has(CloseIsNoList) ? All("Connection") : Members("Connection");
        bool saysClose = options.Contains("close", Has(CloseCaseSensitive) ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase)
            && !Has(ReusedAfterClose);
        bool goesOn = !_isOld || Has(ReusedOld) || options.Contains("keep-alive", StringComparer.OrdinalIgnoreCase);
        IsReusable = !_endsWithConnection && !saysClose && goesOn && Status != 101;
    }

    private async Task<string?> ReadHeadAsync()
    {
        StringBuilder head = new();
        while (true)
        {
            if (input.Count == 0 && !await input.FillAsync())
            {
                if ((Has(CutHeadTaken) && head.Length > 20) || (Has(NothingIsEmpty) && head.Length == 0))
                {
                    return head.Length == 0 ? null : head.ToString().TrimEnd('\r', '\n');
                }

                throw new InvalidDataException("the connection ended inside the head");
            }

            if (Has(NoHead) && head.Length == 0 && !input.Buffered.StartsWith("HTTP"u8))
            {
                return null;
            }

            Check(!Has(HeadInOneRead) || head.Length > 0 || input.Buffered.IndexOf("\r\n\r\n"u8) >= 0, "no whole head");
            head.Append((char)await input.NextAsync());
            if (head is [.., '\r', '\n', '\r', '\n'])
            {
                string text = head.ToString()[..^4];
                Check(!Has(ShortHeads) || text.Length < 2000, "the head is too long");
                return text;
            }

            Check(head.Length < MaxHead || Has(NoHeadLimit), "the head is too long");
            if (head.Length > 2 * MaxHead)
            {
                head.Length = MaxHead;
            }
        }
    }

    private void Parse(string head)
    {
        _fields.Clear();
        if (Has(BareReturnEndsLine))
        {
            head = head.Replace("\r\n", "\r", StringComparison.Ordinal).Replace("\r", "\r\n", StringComparison.Ordinal);
        }

        string[] lines = head.Split("\r\n");
        Check(!lines.Any(l => l.AsSpan().ContainsAny('\r', '\n', '\0')), "a bare CR, LF or NUL");
        string version = Has(AnyVersion) ? "HTTP/[0-9]\\.[0-9]" : "HTTP/1\\.[0-9]";
        string digits = Has(FourDigits) ? "[0-9]{3,4}" : "[0-9]{3}";
        Match line = Regex.Match(lines[0], $"^({version}) ({digits})( .*)?$");
        Check(line.Success && !(Has(NeedsReason) && line.Groups[3].Length < 2), $"'{lines[0]}' is no status line");
        _isOld = line.Groups[1].Value == "HTTP/1.0";
        Status = int.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture);
        for (int i = 1; i < lines.Length; i++)
        {
            ParseField(lines[i], i);
        }
    }

    private void ParseField(string line, int number)
    {
        if (line.Length > 0 && line[0] is ' ' or '\t')
        {
            if (Has(FoldIsField) || (Has(FirstLineIsField) && number == 1))
            {
                line = line.TrimStart(' ', '\t');
            }
            else
            {
                Check(_fields.Count > 0 && !Has(RefusesFold), "a line begins with whitespace");
                _fields[^1] = (_fields[^1].Name, $"{_fields[^1].Value} {line.Trim(' ', '\t')}".Trim());
                return;
            }
        }

        int colon = line.IndexOf(':', StringComparison.Ordinal);
        Check(colon > 0 && Regex.IsMatch(line[..colon], "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"), $"'{line}' is no field");
        string value = line[(colon + 1)..];
        Check(!Has(NeedsSpace) || value.StartsWith(' '), "no space behind a colon");
        _fields.Add((line[..colon], Has(TabNotTrimmed) ? value.Trim(' ') : Has(EndNotTrimmed) ? value.TrimStart(' ', '\t') : value.Trim(' ', '\t')));
    }

    private async Task ReadBodyAsync()
    {
        if ((Status == 204 && !Has(BodyIn204)) || (Status == 304 && !Has(BodyIn304)) || Status < 200)
        {
            return;
        }

        string[] codings = Members("Transfer-Encoding");
        string[] lengths = All("Content-Length");
        StringComparison comparison = Has(CodingCaseSensitive) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        bool IsName(string coding) => coding.Equals("chunked", comparison) || (Has(ChunkedBySubstring) && coding.Contains("chunked", comparison));
        bool isChunked = codings.Length > 0 && (IsName(codings[^1]) || (Has(ChunkedNotLast) && codings.Any(IsName))) && !Has(NoChunked);
        if (isChunked && !(Has(LengthWins) && lengths.Length > 0))
        {
            Check(codings.Length == 1 || Has(ChunkedNotLast), "codings that are not known");
            Http1ClientChunks chunks = new(defect, input);
            await chunks.ReadAsync();
            Body = chunks.Bytes;
            Trailers.AddRange(chunks.Trailers);
            Status = Has(TrailersChangeStatus) && Trailers.FirstOrDefault(t => t.Name == "Status").Value is { } status
                ? int.Parse(status, CultureInfo.InvariantCulture) : Status;
            _endsWithConnection = lengths.Length > 0 || _isOld;
        }
        else if ((All("Transfer-Encoding").Length == 0 || Has(LengthWins)) && lengths.Length > 0 && FindLength(lengths) is { } length)
        {
            Body = await TakeAsync(length);
        }
        else if (!Has(NoLengthIsEmpty))
        {
            _endsWithConnection = true;
            List<byte> all = [];
            do
            {
                all.AddRange(input.Buffered);
                input.Drop();
            }
            while (await input.FillAsync());
            Body = [.. all];
        }
    }

    private long? FindLength(string[] lengths)
    {
        string[] values = Has(FirstLength) ? lengths[..1] : Has(LastLength) ? lengths[^1..] : lengths;
        Check(values.Distinct().Count() == 1, "lengths that differ");
        string value = values[0];
        value = Has(LengthOfList) ? value.Split(',')[0] : Has(LengthTrimmedOfAll) ? value.Trim() : Has(LengthUnderscore)
            ? value.Replace("_", "", StringComparison.Ordinal)
            : Has(LengthPlus) ? value.TrimStart('+') : Has(LengthByPrefix) ? Regex.Match(value, "^[0-9]*").Value : value;
        if ((Has(LengthMinus) && value.StartsWith('-')) || (Has(LengthEmpty) && value.Length == 0))
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

        if (!Http1SubjectHead.IsNumber(value))
        {
            Check(Has(InvalidLengthIgnored), $"Content-Length is '{value}'");
            return null;
        }

        BigInteger exact = BigInteger.Parse(value, CultureInfo.InvariantCulture);
        exact = Has(LengthWraps32) ? exact & uint.MaxValue : exact;
        Check(exact < int.MaxValue, "the body is too long");
        return (long)exact;
    }

    private async Task<byte[]> TakeAsync(long count)
    {
        List<byte> bytes = [];
        for (bool isFirst = true; bytes.Count < count; isFirst = false)
        {
            if (input.Count == 0)
            {
                if (Has(BodyOfOneRead) && !isFirst)
                {
                    break;
                }

                if (!await input.FillAsync())
                {
                    Check(Has(CutLengthTaken), "the connection ended inside the body");
                    break;
                }
            }

            int piece = (int)Math.Min(count - bytes.Count, input.Count);
            bytes.AddRange(input.Buffered[..piece]);
            input.Take(piece);
        }

        return [.. bytes];
    }

    private string[] All(string name)
        => [.. _fields.Where(f => IsName(f.Name, name)).Select(f => f.Value)];

    private string[] Members(string name)
        => [.. All(name).SelectMany(v => v.Split(',')).Select(m => m.Trim(' ', '\t')).Where(m => m.Length > 0)];

    private bool IsName(string name, string wanted)
    {
        name = Has(UnderscoreIsHyphen) ? name.Replace('_', '-') : name;
        return Has(NamesCaseSensitive) ? name == wanted
            : Has(NameBySuffix) && wanted == "Content-Length" ? name.EndsWith(wanted, StringComparison.OrdinalIgnoreCase)
            : name.Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }

    public static void Check(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new InvalidDataException(what);
        }
    }
}
