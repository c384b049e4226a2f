using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Which characters names and values may have (RFC 9114 §4.2, §10.3; RFC 9110 §5.5, §5.6.2).</summary>
internal static class Http3FieldRules
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> ValueCharacters = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(c => (char)c), '\t', .. Enumerable.Range(0x80, 0x80).Select(c => (char)c)]);

    /// <summary>A token in lowercase, with a colon before it for pseudo-header fields.</summary>
    public static bool IsValidName(string name)
    {
        ReadOnlySpan<char> rest = name.StartsWith(':') ? name.AsSpan(1) : name;
        return !rest.IsEmpty && !rest.ContainsAnyExcept(NameCharacters);
    }

    /// <summary>Visible characters, spaces and tabs inside, and the octets above ASCII.</summary>
    public static bool IsValidValue(string value)
        => !value.AsSpan().ContainsAnyExcept(ValueCharacters)
            && (value.Length == 0 || (value[0] is not (' ' or '\t') && value[^1] is not (' ' or '\t')));

    /// <summary>
    /// Fields that speak of one connection: "any message containing connection-specific fields MUST be treated as malformed" (RFC 9114 §4.2).
    /// </summary>
    public static bool IsConnectionSpecific(Http3Field field)
        => field.Name is "connection" or "proxy-connection" or "keep-alive" or "transfer-encoding" or "upgrade"
            || (field.Name == "te" && field.Value != "trailers");
}
