using System.Buffers;
using System.Globalization;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>The head of a response, read by hand and with leniency: what is wrong with it is for the cases to say.</summary>
internal sealed class StreamHead
{
    private static readonly SearchValues<char> TokenCharacters
        = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly string _text;

    private StreamHead(string text)
    {
        _text = text;
        string[] lines = text.Split('\n');
        StatusLine = lines[0].TrimEnd('\r');
        Lines = [.. lines[1..].Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)];
        Status = StatusLine.Split(' ') is [_, var code, ..] && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? status
            : 0;
    }

    public string StatusLine { get; }

    public int Status { get; }

    public IReadOnlyList<string> Lines { get; }

    public IEnumerable<(string Name, string Value)> Fields => Lines.Select(Cut);

    /// <summary>An event stream that a client takes.</summary>
    public bool IsStream => Status == 200 && IsEventStream;

    public bool IsEventStream => All("Content-Type") is [var type] && EssenceOf(type) == "text/event-stream";

    public bool IsChunked => Members("Transfer-Encoding") is [.., var last] && last.Equals("chunked", StringComparison.OrdinalIgnoreCase);

    public bool SaysClose => Members("Connection").Contains("close", StringComparer.OrdinalIgnoreCase);

    /// <summary>The length of the head at the beginning of these bytes; 0 where it is not whole.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        int strict = bytes.IndexOf("\r\n\r\n"u8) + 4;
        int bare = bytes.IndexOf("\n\n"u8) + 2;
        int mixed = bytes.IndexOf("\n\r\n"u8) + 3;
        int best = int.MaxValue;
        best = strict > 3 ? Math.Min(best, strict) : best;
        best = bare > 1 ? Math.Min(best, bare) : best;
        best = mixed > 2 ? Math.Min(best, mixed) : best;
        return best == int.MaxValue ? 0 : best;
    }

    public static StreamHead Parse(ReadOnlySpan<byte> head) => new(Encoding.Latin1.GetString(head));

    public static string EssenceOf(string type) => type.Split(';')[0].Trim(' ', '\t').ToLowerInvariant();

    public string[] All(string name) => [.. Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];

    public string[] Members(string name)
        => [.. All(name).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    public string? FindBrokenStatusLine()
        => StatusLine.Length >= 13 && StatusLine.StartsWith("HTTP/1.", StringComparison.Ordinal) && char.IsAsciiDigit(StatusLine[7])
            && StatusLine[8] == ' ' && StatusLine.AsSpan(9, 3).IndexOfAnyExceptInRange('0', '9') < 0 && StatusLine[12] == ' '
            && StatusLine.AsSpan(13).IndexOfAnyInRange('\0', '\u0008') < 0
                ? null
                : $"the status line is '{StatusLine}'";

    public string? FindBareLineEnd()
        => _text.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n') ? "a line of the head does not end in CRLF" : null;

    public string? FindBrokenField()
    {
        foreach (string line in Lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line[0] is ' ' or '\t')
            {
                return $"'{line.Trim()}' is a folded line";
            }

            if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(TokenCharacters))
            {
                return $"'{line}' is no field line";
            }

            if (line.Any(c => c is < ' ' and not '\t' or '\u007f'))
            {
                return $"the value of {line[..colon]} has a control character";
            }
        }

        return null;
    }

    public override string ToString() => StatusLine;

    private static (string Name, string Value) Cut(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (line, "") : (line[..colon].Trim(' ', '\t'), line[(colon + 1)..].Trim(' ', '\t'));
    }
}
