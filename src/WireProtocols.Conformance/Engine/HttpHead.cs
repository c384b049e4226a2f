using System.Buffers;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>A head of HTTP/1.1, read by hand: nothing of the library decides what is well-formed here.</summary>
internal abstract class HttpHead
{
    private static readonly SearchValues<char> TokenCharacters
        = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    protected HttpHead(ReadOnlySpan<byte> head)
    {
        string text = Encoding.Latin1.GetString(head);
        string[] lines = text.Split('\n');
        FirstLine = lines[0].TrimEnd('\r');
        Lines = [.. lines[1..].Select(l => l.EndsWith('\r') ? l[..^1] : l).Where(l => l.Length > 0)];
        Fields = [.. Lines.Select(Cut)];
        HasBareLineEnd = text.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');
    }

    /// <summary>The request line or the status line.</summary>
    public string FirstLine { get; }

    /// <summary>The field lines as they came.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The fields; a line without a colon is a name.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; }

    /// <summary>A CR or LF stands by itself.</summary>
    public bool HasBareLineEnd { get; }

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    public string[] All(string name)
        => [.. Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];

    /// <summary>The members of a list field, all its lines together.</summary>
    public string[] Members(string name)
        => [.. All(name).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>What is wrong with the line ends and the field lines of any head.</summary>
    public string? FindBrokenLine()
        => HasBareLineEnd ? "a line of the head does not end in CRLF (RFC 9112 §2.1)"
            : Lines.FirstOrDefault(l => l.IndexOf(':', StringComparison.Ordinal) is var colon && (colon < 0 || !IsToken(l.AsSpan(0, colon))))
                is { } line
                ? $"'{line}' is no field line (RFC 9112 §5: field-name \":\" OWS field-value OWS)"
                : null;

    public override string ToString() => FirstLine;

    private static (string Name, string Value) Cut(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
    }
}
