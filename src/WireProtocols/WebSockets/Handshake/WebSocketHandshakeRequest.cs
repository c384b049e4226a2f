using System.Collections.Immutable;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// A client's opening handshake that keeps every rule of RFC 6455 §4.2.1, or of RFC 8441 in the extended CONNECT form. Nothing is accepted yet:
/// look at <see cref="Path"/>, <see cref="Host"/>, <see cref="Origin"/>, <see cref="Subprotocols"/> and <see cref="Extensions"/>, then answer with
/// <see cref="Accept"/> or <see cref="Reject"/>.
/// </summary>
public sealed class WebSocketHandshakeRequest
{
    private readonly byte[] _head;
    private readonly Http1FieldSlot[] _slots;
    private readonly byte[] _key;

    internal WebSocketHandshakeRequest(byte[] head, Http1FieldSlot[] slots, ReadOnlySpan<byte> key)
    {
        _head = head;
        _slots = slots;
        _key = key.ToArray();
    }

    /// <summary>True for the form of HTTP/2 and HTTP/3 (RFC 8441, RFC 9220).</summary>
    public bool IsExtendedConnect => _key.Length == 0;

    /// <summary>The path that is asked for, still percent-encoded.</summary>
    public required string Path { get; init; }

    /// <summary>The query behind the question mark, or empty.</summary>
    public required string Query { get; init; }

    /// <summary>The host and perhaps port that the client addresses.</summary>
    public required string Host { get; init; }

    /// <summary>
    /// The Origin field, or null. Every browser sends it: a server that serves browsers compares it with those it knows before it accepts
    /// (RFC 6455 §10.2). "If the server does not validate the origin, it will accept connections from anywhere."
    /// </summary>
    public required string? Origin { get; init; }

    /// <summary>The subprotocols that are offered, the preferred one first.</summary>
    public required ImmutableArray<string> Subprotocols { get; init; }

    /// <summary>The extensions that are offered, the preferred one first. One name may stand several times, with other parameters.</summary>
    public required ImmutableArray<WebSocketExtension> Extensions { get; init; }

    /// <summary>All fields, pseudo-fields left out; the spans live as long as this object.</summary>
    public Http1Fields Fields => new(_head, _slots);

    /// <summary>The value of Sec-WebSocket-Key; empty in the extended CONNECT form.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>The value of the first field line of this name as a string (ISO 8859-1), or null.</summary>
    public string? GetField(ReadOnlySpan<byte> name)
        => Fields.TryGetValue(name, out ReadOnlySpan<byte> value) ? Encoding.Latin1.GetString(value) : null;

    /// <summary>The first subprotocol that the client offers and the server knows, by the client's preference; null when there is none.</summary>
    public string? ChooseSubprotocol(params ReadOnlySpan<string> supported)
    {
        foreach (string subprotocol in Subprotocols)
        {
            if (supported.Contains(subprotocol))
            {
                return subprotocol;
            }
        }

        return null;
    }

    /// <summary>Accepts the connection: 101, or 200 in the extended CONNECT form (RFC 6455 §4.2.2, RFC 8441 §5).</summary>
    /// <param name="subprotocol">One of those offered, or null for none.</param>
    /// <param name="extensions">The extensions in use, in the order they are applied, each of a name that was offered.</param>
    /// <param name="fields">Fields to add, for instance Set-Cookie.</param>
    /// <exception cref="ArgumentException">The subprotocol or an extension was not offered, an extension or a parameter of it stands twice, or a
    /// field breaks the grammar or is one of the handshake's own.</exception>
    public WebSocketHandshakeResponse Accept(
        string? subprotocol = null, IEnumerable<WebSocketExtension>? extensions = null, IEnumerable<WebSocketHandshakeField>? fields = null)
    {
        if (subprotocol is not null && !Subprotocols.Contains(subprotocol))
        {
            throw new ArgumentException($"The subprotocol '{subprotocol}' was not offered.", nameof(subprotocol));
        }

        ImmutableArray<WebSocketExtension> agreed = extensions is null ? [] : [.. extensions];
        foreach (WebSocketExtension extension in agreed)
        {
            // "Extensions not listed by the client MUST NOT be listed."
            if (!Extensions.Any(e => e.Name == extension.Name) || agreed.Count(e => e.Name == extension.Name) > 1)
            {
                throw new ArgumentException($"The extension '{extension.Name}' was not offered, or is accepted twice.", nameof(extensions));
            }

            // What a peer offered may have a parameter twice; an answer with it would be refused.
            if (extension.HasDuplicates)
            {
                throw new ArgumentException($"A parameter of '{extension.Name}' stands twice.", nameof(extensions));
            }
        }

        return WebSocketHandshakeResponse.Accept(_key, subprotocol, agreed, fields);
    }

    /// <summary>Refuses the connection, for instance with 403 for an origin, 404 for a path, 401, or a redirect.</summary>
    /// <param name="statusCode">300 to 599, but for 304.</param>
    /// <param name="body">Why, as plain text; null for the reason phrase of the status.</param>
    /// <param name="fields">Fields to add, for instance WWW-Authenticate or Location.</param>
    /// <exception cref="ArgumentException">A field breaks the grammar or is one of the handshake's own.</exception>
    public WebSocketHandshakeResponse Reject(int statusCode, string? body = null, IEnumerable<WebSocketHandshakeField>? fields = null)
        => WebSocketHandshakeResponse.Reject(statusCode, body, fields, IsExtendedConnect);
}
