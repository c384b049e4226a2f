using System.Text;

namespace WireProtocols.WebTransport;

/// <summary>
/// The fields WT-Available-Protocols, a structured List, and WT-Protocol, an Item (draft-ietf-webtrans-http3 §3.3, RFC 9651): "In both cases, the
/// only valid value type is a String. Any value type other than String MUST be treated as an error that causes the entire field to be ignored".
/// </summary>
public static class WebTransportProtocols
{
    /// <summary>The name of the request field.</summary>
    public const string AvailableFieldName = "wt-available-protocols";

    /// <summary>The name of the response field.</summary>
    public const string SelectedFieldName = "wt-protocol";

    /// <summary>Parses WT-Available-Protocols.</summary>
    /// <param name="value">The value; several field lines joined with commas.</param>
    /// <param name="protocols">The protocols, most preferred first.</param>
    /// <returns>False where the field has to be ignored.</returns>
    public static bool TryParseAvailable(ReadOnlySpan<char> value, out IReadOnlyList<string> protocols)
    {
        List<string> parsed = [];
        protocols = [];
        StructuredFieldParser parser = new(value);
        parser.SkipSpaces();
        while (!parser.IsAtEnd)
        {
            if (!parser.TryParseString(out string? protocol) || !parser.TrySkipParameters())
            {
                return false;
            }

            parsed.Add(protocol);
            parser.SkipOptionalWhiteSpace();
            if (parser.IsAtEnd)
            {
                break;
            }

            if (!parser.TryTake(','))
            {
                return false;
            }

            parser.SkipOptionalWhiteSpace();
            if (parser.IsAtEnd)
            {
                // "If input_string is empty, there is a trailing comma; fail parsing."
                return false;
            }
        }

        protocols = parsed;
        return parsed.Count > 0;
    }

    /// <summary>Parses WT-Protocol.</summary>
    /// <param name="value">The value.</param>
    /// <param name="protocol">The protocol.</param>
    /// <returns>False where the field has to be ignored.</returns>
    public static bool TryParseSelected(ReadOnlySpan<char> value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? protocol)
    {
        StructuredFieldParser parser = new(value);
        parser.SkipSpaces();
        if (!parser.TryParseString(out protocol) || !parser.TrySkipParameters())
        {
            protocol = null;
            return false;
        }

        parser.SkipSpaces();
        protocol = parser.IsAtEnd ? protocol : null;
        return protocol is not null;
    }

    /// <summary>Formats WT-Available-Protocols.</summary>
    /// <exception cref="ArgumentException">A protocol has characters other than printable ASCII.</exception>
    public static string FormatAvailable(IEnumerable<string> protocols)
    {
        ArgumentNullException.ThrowIfNull(protocols);
        return string.Join(", ", protocols.Select(FormatSelected));
    }

    /// <summary>Formats WT-Protocol.</summary>
    /// <exception cref="ArgumentException">The protocol has characters other than printable ASCII.</exception>
    public static string FormatSelected(string protocol)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        StringBuilder text = new(protocol.Length + 2);
        text.Append('"');
        foreach (char character in protocol)
        {
            if (character is < ' ' or > '~')
            {
                throw new ArgumentException("A protocol is printable ASCII.", nameof(protocol));
            }

            if (character is '"' or '\\')
            {
                text.Append('\\');
            }

            text.Append(character);
        }

        return text.Append('"').ToString();
    }
}
