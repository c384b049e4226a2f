namespace WireProtocols.WebSockets;

/// <summary>The catalogue of <see cref="WebSocketHandshakeError"/>.</summary>
public static class WebSocketHandshakeErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebSocketHandshakeError.None"/>.</exception>
    public static ProtocolRule GetRule(this WebSocketHandshakeError error) => error switch
    {
        WebSocketHandshakeError.MethodNotGet => new("The opening handshake is a GET request", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.HttpVersionTooLow => new("The opening handshake is at least HTTP/1.1", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.MissingPath => new("The opening handshake asks for a path", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.MissingHost => new("Host names the server", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.UnexpectedBody => new("The opening handshake has no body", "RFC 9110 §9.3.1"),
        WebSocketHandshakeError.MissingUpgrade => new("The opening handshake has an Upgrade field", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.UpgradeNotWebSocket => new("Upgrade names websocket", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.MissingConnectionUpgrade => new("Connection has the option Upgrade", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.MissingVersion => new("The opening handshake has a Sec-WebSocket-Version field", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.DuplicateVersion => new("Sec-WebSocket-Version stands once", "RFC 6455 §11.3.5"),
        WebSocketHandshakeError.UnsupportedVersion => new("The WebSocket version is 13", "RFC 6455 §4.2.2"),
        WebSocketHandshakeError.MissingKey => new("The opening handshake has a Sec-WebSocket-Key field", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.DuplicateKey => new("Sec-WebSocket-Key stands once", "RFC 6455 §11.3.1"),
        WebSocketHandshakeError.InvalidKey => new("Sec-WebSocket-Key is the base64 of 16 bytes", "RFC 6455 §4.2.1"),
        WebSocketHandshakeError.DuplicateOrigin => new("Origin stands once", "RFC 6454 §7.3"),
        WebSocketHandshakeError.InvalidSubprotocol => new("Sec-WebSocket-Protocol is a list of tokens, or one token in a response", "RFC 6455 §4.1"),
        WebSocketHandshakeError.DuplicateSubprotocol => new("Each subprotocol is offered once", "RFC 6455 §4.1"),
        WebSocketHandshakeError.TooManySubprotocols => new("More subprotocols are offered than the limit", "RFC 9110 §5.4"),
        WebSocketHandshakeError.InvalidExtension => new("Sec-WebSocket-Extensions is a list of extensions and their parameters", "RFC 6455 §9.1"),
        WebSocketHandshakeError.DuplicateExtensionParameter => new("Each parameter of an extension stands once", "RFC 7692 §7"),
        WebSocketHandshakeError.TooManyExtensions => new("There are more extensions or parameters than the limit", "RFC 9110 §5.4"),
        WebSocketHandshakeError.MethodNotConnect => new("The extended handshake has the method CONNECT", "RFC 8441 §4"),
        WebSocketHandshakeError.ProtocolNotWebSocket => new("The only :protocol here is websocket", "RFC 9220 §3"),
        WebSocketHandshakeError.InvalidPseudoField => new(":method, :protocol, :scheme, :path and :authority stand once and are well-formed", "RFC 8441 §4"),
        WebSocketHandshakeError.ConnectionField => new("Connection and Upgrade are not part of an extended CONNECT", "RFC 8441 §5"),
        WebSocketHandshakeError.InvalidField => new("A field has a token as name and no control character in its value", "RFC 9110 §5"),
        WebSocketHandshakeError.UnexpectedStatus => new("The server did not accept the WebSocket connection", "RFC 6455 §4.1"),
        WebSocketHandshakeError.MissingAccept => new("The response has a Sec-WebSocket-Accept field", "RFC 6455 §4.1"),
        WebSocketHandshakeError.DuplicateAccept => new("Sec-WebSocket-Accept stands once", "RFC 6455 §11.3.3"),
        WebSocketHandshakeError.WrongAccept => new("Sec-WebSocket-Accept belongs to the key that was sent", "RFC 6455 §4.1"),
        WebSocketHandshakeError.SubprotocolNotOffered => new("The server chooses one of the offered subprotocols", "RFC 6455 §4.1"),
        WebSocketHandshakeError.SeveralSubprotocols => new("Sec-WebSocket-Protocol stands once in a response", "RFC 6455 §11.3.4"),
        WebSocketHandshakeError.ExtensionNotOffered => new("The server accepts only extensions that were offered", "RFC 6455 §4.1"),
        WebSocketHandshakeError.DuplicateExtension => new("The server accepts an extension once", "RFC 6455 §9.1"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "There is no such rule."),
    };

    /// <summary>
    /// The status that a server refuses the handshake with: 400, 405, 426, 431 or 501. 0 for what only a response can break: the client sends
    /// nothing any more and closes the connection.
    /// </summary>
    public static int GetStatusCode(this WebSocketHandshakeError error) => error switch
    {
        WebSocketHandshakeError.None or >= WebSocketHandshakeError.UnexpectedStatus => 0,
        WebSocketHandshakeError.MethodNotGet or WebSocketHandshakeError.MethodNotConnect => 405,
        WebSocketHandshakeError.MissingUpgrade or WebSocketHandshakeError.UpgradeNotWebSocket or WebSocketHandshakeError.MissingVersion
            or WebSocketHandshakeError.UnsupportedVersion => 426,
        WebSocketHandshakeError.TooManySubprotocols or WebSocketHandshakeError.TooManyExtensions => 431,
        WebSocketHandshakeError.ProtocolNotWebSocket => 501,
        _ => 400,
    };
}
