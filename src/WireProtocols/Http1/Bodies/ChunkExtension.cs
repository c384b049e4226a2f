using System.Text;

namespace WireProtocols.Http1;

/// <summary>One chunk extension: a name and perhaps a value (RFC 9112 §7.1.1). Valid as long as the element it came from.</summary>
public readonly ref struct ChunkExtension
{
    private readonly ReadOnlySpan<byte> _value;

    internal ChunkExtension(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue)
    {
        Name = name;
        HasValue = hasValue;
        IsQuoted = value.Length >= 2 && value[0] == '"';
        _value = IsQuoted ? value[1..^1] : value;
    }

    /// <summary>The name: a token.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Whether there is a value, which may be an empty quoted string.</summary>
    public bool HasValue { get; }

    /// <summary>Whether the value was a quoted string.</summary>
    public bool IsQuoted { get; }

    /// <summary>The value as it was sent: without its quotes, and with its escapes where <see cref="IsQuoted"/>.</summary>
    public ReadOnlySpan<byte> RawValue => _value;

    /// <summary>The value, with the escapes of a quoted string resolved, read as ISO 8859-1.</summary>
    /// <returns>Null when there is no value.</returns>
    public string? GetValue()
    {
        if (!HasValue)
        {
            return null;
        }

        string text = Encoding.Latin1.GetString(_value);
        return IsQuoted && text.Contains('\\', StringComparison.Ordinal) ? Unescape(text) : text;
    }

    /// <summary>"Recipients that process the value of a quoted-string MUST handle a quoted-pair as if it were replaced by the octet
    /// following the backslash" (RFC 9110 §5.6.4).</summary>
    private static string Unescape(string text)
    {
        StringBuilder result = new(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && index + 1 < text.Length)
            {
                index++;
            }

            result.Append(text[index]);
        }

        return result.ToString();
    }
}
