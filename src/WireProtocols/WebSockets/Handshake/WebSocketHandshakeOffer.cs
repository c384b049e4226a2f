using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// What a client asks for in its opening handshake (RFC 6455 §4.1). Every value is checked where it is set, so that nothing can be injected.
/// </summary>
public sealed class WebSocketHandshakeOffer
{
    /// <summary>Makes an offer.</summary>
    /// <param name="host">The host, with <c>:port</c> when it is not the default one of the scheme.</param>
    /// <param name="path">The path and perhaps query, percent-encoded: <c>/chat?room=1</c>.</param>
    /// <exception cref="ArgumentException">Host or path break the grammar.</exception>
    public WebSocketHandshakeOffer(string host, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Ascii.IsValid(host) || Http1Authority.FindInvalid(Encoding.ASCII.GetBytes(host), portRequired: false) >= 0)
        {
            throw new ArgumentException("The host is no host with an optional port (RFC 3986 §3.2.2).", nameof(host));
        }

        if (path[0] != '/' || !Ascii.IsValid(path) || !Http1Target.IsValid("GET"u8, Encoding.ASCII.GetBytes(path)))
        {
            throw new ArgumentException("The path begins with '/' and is percent-encoded (RFC 9112 §3.2.1).", nameof(path));
        }

        Host = host;
        Path = path;
    }

    /// <summary>
    /// Makes an offer for a URI (RFC 6455 §3). What a request target may not have is percent-encoded, and an empty path becomes <c>/</c>.
    /// </summary>
    /// <param name="uri"><c>ws://host[:port]/path?query</c> or <c>wss://…</c>.</param>
    /// <exception cref="ArgumentException">The URI is no absolute <c>ws</c> or <c>wss</c> URI, has a fragment ("Fragment identifiers are meaningless
    /// in the context of WebSocket URIs and MUST NOT be used on these URIs"), or has user information, which belongs into a field.</exception>
    public WebSocketHandshakeOffer(Uri uri)
        : this(HostOf(uri), WebSocketTarget.Escape(uri.PathAndQuery))
    {
    }

    /// <summary>The host and perhaps port.</summary>
    public string Host { get; }

    /// <summary>The path and perhaps query.</summary>
    public string Path { get; }

    /// <summary>The Origin field, for clients that act like a browser; null for none.</summary>
    /// <exception cref="ArgumentException">It is no field value.</exception>
    public string? Origin
    {
        get;
        init
        {
            if (value is not null && (value.Length == 0 || !new WebSocketHandshakeField("origin", value).IsWellFormed))
            {
                throw new ArgumentException("The origin is no field value.", nameof(value));
            }

            field = value;
        }
    }

    /// <summary>The subprotocols, the preferred one first.</summary>
    /// <exception cref="ArgumentException">One is no token, or stands twice.</exception>
    public ImmutableArray<string> Subprotocols
    {
        get;
        init
        {
            foreach (string subprotocol in value)
            {
                WebSocketToken.Check(subprotocol, nameof(value));
            }

            field = value.Distinct(StringComparer.Ordinal).Count() == value.Length
                ? value
                : throw new ArgumentException("Each subprotocol is offered once.", nameof(value));
        }
    } = [];

    /// <summary>The extensions, the preferred one first.</summary>
    public ImmutableArray<WebSocketExtension> Extensions { get; init; } = [];

    /// <summary>Fields to add, for instance Authorization or Cookie.</summary>
    /// <exception cref="ArgumentException">A field breaks the grammar or is one of the handshake's own.</exception>
    public ImmutableArray<WebSocketHandshakeField> Fields
    {
        get;
        init
        {
            WebSocketHandshakeField.CheckAdded(value, nameof(value));
            field = value;
        }
    } = [];

    /// <summary>The header list of the extended CONNECT form (RFC 8441 §5), pseudo-fields first, names in lower case.</summary>
    /// <param name="secure">True for <c>wss</c>.</param>
    public IReadOnlyList<WebSocketHandshakeField> GetConnectFields(bool secure)
    {
        List<WebSocketHandshakeField> list =
        [
            new(":method", "CONNECT"), new(":protocol", "websocket"), new(":scheme", secure ? "https" : "http"), new(":path", Path),
            new(":authority", Host), new("sec-websocket-version", "13"),
        ];
        list.AddRange(GetOffered().Select(f => f.ToLower()));
        return list;
    }

    /// <summary>Writes the request of HTTP/1.1 with this key.</summary>
    internal void WriteTo(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        Http1HeadWriter head = Http1HeadWriter.StartRequest(output, "GET"u8, Encoding.ASCII.GetBytes(Path));
        head.WriteField("Host"u8, Host);
        head.WriteField("Upgrade"u8, "websocket"u8);
        head.WriteField("Connection"u8, "Upgrade"u8);
        head.WriteField("Sec-WebSocket-Key"u8, key);
        head.WriteField("Sec-WebSocket-Version"u8, "13"u8);
        foreach (WebSocketHandshakeField field in GetOffered())
        {
            field.WriteTo(ref head);
        }

        head.Complete();
    }

    /// <summary>The Host field: an IPv6 address stands in brackets there, and the port where it is not the scheme's.</summary>
    private static string HostOf(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("ws" or "wss") || uri.Fragment.Length > 0)
        {
            throw new ArgumentException("A WebSocket URI begins with ws:// or wss:// and has no fragment.", nameof(uri));
        }

        if (uri.UserInfo.Length > 0)
        {
            throw new ArgumentException("User information in a URI is not sent: add an Authorization field instead.", nameof(uri));
        }

        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
    }

    private IEnumerable<WebSocketHandshakeField> GetOffered()
    {
        if (Origin is not null)
        {
            yield return new WebSocketHandshakeField("Origin", Origin);
        }

        if (!Subprotocols.IsEmpty)
        {
            yield return new WebSocketHandshakeField("Sec-WebSocket-Protocol", string.Join(", ", Subprotocols));
        }

        if (!Extensions.IsEmpty)
        {
            yield return new WebSocketHandshakeField("Sec-WebSocket-Extensions", WebSocketExtensionList.Format(Extensions));
        }

        foreach (WebSocketHandshakeField field in Fields)
        {
            yield return field;
        }
    }
}
