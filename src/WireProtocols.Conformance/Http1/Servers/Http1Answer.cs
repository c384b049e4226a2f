using System.Buffers;
using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>What a question was, as far as it decides what its answer may look like.</summary>
/// <param name="Method">The method.</param>
/// <param name="IsOld">The request was one of HTTP/1.0.</param>
internal sealed record Http1Asked(string Method, bool IsOld = false)
{
    public bool IsHead => Method == "HEAD";

    /// <summary>Reads the request line of what is sent.</summary>
    public static Http1Asked Of(string request)
    {
        string line = request.TrimStart('\r', '\n').Split('\n')[0].TrimEnd('\r');
        return new Http1Asked(line.Split(' ')[0], line.EndsWith(" HTTP/1.0", StringComparison.Ordinal));
    }
}

/// <summary>A response as it was read by hand: nothing of the library decides what is well-formed here.</summary>
internal sealed class Http1Answer(Http1Asked asked, string statusLine, IReadOnlyList<string> lines)
{
    public static readonly SearchValues<char> TokenCharacters
        = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly string[] Singletons
        = ["Date", "Content-Type", "ETag", "Last-Modified", "Location", "Content-Range", "Age", "Expires", "Retry-After", "Server",
            "Content-Location"];

    public string StatusLine { get; } = statusLine;

    public int Status { get; }
        = statusLine.Length >= 12 && int.TryParse(statusLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? status
            : 0;

    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    public bool IsOld => StatusLine.StartsWith("HTTP/1.0", StringComparison.Ordinal);

    public IReadOnlyList<(string Name, string Value)> Fields { get; } = [.. lines.Select(Cut)];

    public byte[] Body { get; set; } = [];

    /// <summary>Its body ends with the connection.</summary>
    public bool EndsWithConnection { get; set; }

    /// <summary>What is wrong with its bytes, with the section.</summary>
    public string? Broken { get; set; }

    /// <summary>The interim responses before it.</summary>
    public IReadOnlyList<Http1Answer> Interims { get; set; } = [];

    public bool SaysClose => Members("Connection").Contains("close", StringComparer.OrdinalIgnoreCase);

    public bool SaysKeepAlive => Members("Connection").Contains("keep-alive", StringComparer.OrdinalIgnoreCase);

    public string[] All(string name)
        => [.. Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];

    public string[] Members(string name)
        => [.. All(name).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>What is wrong with it, whatever was asked about.</summary>
    public string? FindBroken()
        => Interims.Select(i => i.FindBrokenHead()).FirstOrDefault(b => b is not null) ?? FindBrokenHead() ?? Broken;

    private string? FindBrokenHead()
        => FindBrokenStatusLine() ?? lines.Select(FindBrokenLine).FirstOrDefault(b => b is not null) ?? FindBrokenFraming() ?? FindTwice()
            ?? FindMissing();

    private string? FindTwice()
        => Singletons.FirstOrDefault(n => All(n).Length > 1) is { } twice ? $"{twice} stands more than once (RFC 9110 §5.3: a sender MUST NOT)"
            : null;

    private string? FindBrokenStatusLine()
        => StatusLine.Length < 13 || StatusLine[8] != ' ' || StatusLine[12] != ' ' || Status is < 100 or > 599
                ? $"the status line is '{StatusLine}' (RFC 9112 §4: HTTP-version SP status-code SP [ reason-phrase ]; RFC 9110 §15: 100 to 599)"
                : StatusLine[7] is not ('0' or '1')
                    ? $"the version of '{StatusLine}' is none that there is (RFC 9110 §6.2: MUST NOT send a version to which it is not conformant)"
                : StatusLine.AsSpan().ContainsAny('\r', '\0')
                    ? "the status line has a bare CR or NUL (RFC 9112 §2.2: MUST NOT)"
                    : null;

    private static string? FindBrokenLine(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return line.Length > 0 && line[0] is ' ' or '\t' ? "a field line is folded (RFC 9112 §5.2: a sender MUST NOT)"
            : colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(TokenCharacters)
                ? $"'{line}' is no field line (RFC 9112 §5: field-name \":\" OWS field-value OWS)"
                : line.AsSpan().ContainsAny('\r', '\0') ? $"'{line[..colon]}' has a bare CR or NUL (RFC 9110 §5.5)" : null;
    }

    private string? FindBrokenFraming()
    {
        string[] lengths = All("Content-Length");
        string[] codings = Members("Transfer-Encoding");
        bool hasCodings = All("Transfer-Encoding").Length > 0;
        bool isBare = Status is (>= 100 and < 200) or 204;
        return lengths.Length > 1 ? "Content-Length stands more than once (RFC 9110 §5.3: a sender MUST NOT)"
            : lengths.Any(l => l.Length == 0 || l.AsSpan().ContainsAnyExceptInRange('0', '9'))
                ? $"Content-Length is '{lengths[0]}' (RFC 9110 §8.6: 1*DIGIT)"
            : lengths.Length > 0 && hasCodings ? "it has Content-Length and Transfer-Encoding (RFC 9112 §6.2: a sender MUST NOT)"
            : isBare && lengths.Length > 0 ? $"a {Status} has Content-Length (RFC 9110 §8.6: MUST NOT)"
            : isBare && hasCodings ? $"a {Status} has Transfer-Encoding (RFC 9112 §6.1: MUST NOT)"
            : hasCodings && asked.IsOld ? "it has Transfer-Encoding, and the request was one of HTTP/1.0 (RFC 9112 §6.1: MUST NOT)"
            : codings.Count(c => c.Equals("chunked", StringComparison.OrdinalIgnoreCase)) > 1
                ? "it is chunked twice (RFC 9112 §6.1: a sender MUST NOT)"
            : IsInterim && asked.IsOld ? $"a {Status} to a request of HTTP/1.0 (RFC 9110 §15.2: MUST NOT)"
            : asked.Method == "CONNECT" && Status is >= 200 and < 300 && (lengths.Length > 0 || hasCodings)
                ? "a 2xx to CONNECT has Content-Length or Transfer-Encoding (RFC 9110 §9.3.6: MUST NOT)"
            : null;
    }

    private string? FindMissing()
        => Status switch
        {
            405 when All("Allow").Length == 0 => "a 405 has no Allow (RFC 9110 §15.5.6: MUST)",
            401 when All("WWW-Authenticate").Length == 0 => "a 401 has no WWW-Authenticate (RFC 9110 §15.5.2: MUST)",
            426 or 101 when All("Upgrade").Length == 0 => $"a {Status} has no Upgrade (RFC 9110 §7.8: MUST)",
            206 when All("Content-Range").Length == 0 && !All("Content-Type").Any(t => t.StartsWith("multipart", StringComparison.OrdinalIgnoreCase))
                => "a 206 has no Content-Range (RFC 9110 §15.3.7: MUST)",
            _ => All("Date") is [var date, ..] && !Http1Dates.IsRight(date)
                ? $"Date is '{date}' (RFC 9110 §5.6.7: the sender MUST generate those timestamps in the IMF-fixdate format)" : null,
        };

    private static (string Name, string Value) Cut(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
    }

    public override string ToString() => StatusLine;
}
