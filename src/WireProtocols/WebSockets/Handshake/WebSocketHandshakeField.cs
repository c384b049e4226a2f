using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>A field as text, for headers of HTTP/2 and HTTP/3 and for fields that a caller adds to a handshake.</summary>
/// <param name="Name">The field name; in an extended CONNECT lower-case, and with a colon in front for a pseudo-field.</param>
/// <param name="Value">The field value.</param>
public readonly record struct WebSocketHandshakeField(string Name, string Value)
{
    // What the handshake itself writes. Anyone else's would contradict it.
    private static readonly string[] Reserved =
    [
        "Host", "Upgrade", "Connection", "Origin", "Content-Length", "Transfer-Encoding", "Sec-WebSocket-Key", "Sec-WebSocket-Accept",
        "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
    ];

    /// <summary>Checks the fields that a caller adds.</summary>
    /// <exception cref="ArgumentException">A field breaks the grammar, or is one of the handshake's own.</exception>
    internal static void CheckAdded(IEnumerable<WebSocketHandshakeField> fields, string parameter)
    {
        foreach (WebSocketHandshakeField field in fields)
        {
            if (!field.IsWellFormed)
            {
                throw new ArgumentException("A field has a token as name and ASCII without control characters as value.", parameter);
            }

            if (Reserved.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"The handshake writes {field.Name} itself.", parameter);
            }
        }
    }

    /// <summary>True for a field that may be sent: "newly defined fields SHOULD limit
    /// their values to visible US-ASCII octets, SP, and HTAB" (RFC 9110 §5.5).</summary>
    internal bool IsWellFormed => IsReadable && Ascii.IsValid(Value);

    /// <summary>True for a field that may come. "A recipient SHOULD treat other allowed octets in field content (i.e., obs-text) as opaque data": so
    /// nobody's cookie or user agent keeps it from a WebSocket. Outside of ASCII there is nothing that the grammar of a field knows.</summary>
    internal bool IsReadable
        => Name is not null && Value is not null && Ascii.IsValid(Name)
            && Http1Grammar.IsToken(Encoding.ASCII.GetBytes(Name)) && Http1Grammar.IsFieldValue(Encoding.UTF8.GetBytes(Value));

    /// <summary>Writes the field into a head.</summary>
    internal void WriteTo(ref Http1HeadWriter head) => head.WriteField(Encoding.ASCII.GetBytes(Name), Value);

    /// <summary>The field as HTTP/2 and HTTP/3 want it: "HTTP/2 requires they be encoded as lowercase" (RFC 8441 §5).</summary>
    internal WebSocketHandshakeField ToLower() => this with { Name = LowerCase(Name) };

    private static string LowerCase(string name) => string.Create(name.Length, name, static (span, text) => Ascii.ToLower(text, span, out _));
}
