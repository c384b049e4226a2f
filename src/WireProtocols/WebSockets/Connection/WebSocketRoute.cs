namespace WireProtocols.WebSockets;

/// <summary>Where a client goes: a URI, and the fields that may be sent there.</summary>
/// <param name="Uri">The URI, without user information.</param>
/// <param name="Fields">The fields to add to the request.</param>
internal sealed record WebSocketRoute(Uri Uri, IReadOnlyList<WebSocketHandshakeField> Fields)
{
    private static readonly string[] Secrets = ["Authorization", "Cookie"];

    /// <summary>The way to a URI.</summary>
    /// <exception cref="ArgumentException">It is no URI of a WebSocket.</exception>
    public static WebSocketRoute To(Uri uri, WebSocketConnectOptions options)
    {
        // "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs." (RFC 6455 §3)
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("ws" or "wss") || uri.Fragment.Length > 0)
        {
            throw new ArgumentException("A WebSocket URI begins with ws:// or wss:// and has no fragment.", nameof(uri));
        }

        if (uri.UserInfo.Length == 0)
        {
            return new WebSocketRoute(uri, options.Fields);
        }

        IReadOnlyList<WebSocketHandshakeField> fields = options.Fields.Any(f => Is(f, "Authorization"))
            ? options.Fields
            : [.. options.Fields, new("Authorization", BasicCredentials.Of(uri.UserInfo))];
        return new WebSocketRoute(new UriBuilder(uri) { UserName = "", Password = "" }.Uri, fields);
    }

    /// <summary>What to ask for there.</summary>
    public WebSocketHandshakeOffer CreateOffer(WebSocketConnectOptions options) => new(Uri)
    {
        Origin = options.Origin,
        Subprotocols = [.. options.Subprotocols],
        Fields = [.. Fields],
        Extensions = options.Connection.Deflate is { } deflate ? [WebSocketDeflateNegotiation.CreateOffer(deflate)] : [],
    };

    /// <summary>The way that a redirect shows (RFC 9110 §15.4); null where it is none, or one that is not taken.</summary>
    public WebSocketRoute? Follow(WebSocketHandshakeRefusal? refusal)
    {
        if (refusal is not { StatusCode: 301 or 302 or 303 or 307 or 308 }
            || refusal.GetField("Location") is not { } location
            || !Uri.TryCreate(Uri, location, out Uri? target))
        {
            return null;
        }

        UriBuilder next = new(target) { Fragment = "", UserName = "", Password = "" };
        next.Scheme = target.Scheme switch { "http" => "ws", "https" => "wss", var scheme => scheme };
        next.Port = target.IsDefaultPort ? -1 : target.Port;
        if (next.Scheme is not ("ws" or "wss") || (Uri.Scheme == "wss" && next.Scheme == "ws"))
        {
            return null;
        }

        bool isSameHost = next.Uri.Authority == Uri.Authority && next.Scheme == Uri.Scheme;
        return new WebSocketRoute(next.Uri, isSameHost ? Fields : [.. Fields.Where(f => !Secrets.Any(s => Is(f, s)))]);
    }

    private static bool Is(WebSocketHandshakeField field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
