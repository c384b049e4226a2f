namespace WireProtocols.WebSockets;

/// <summary>
/// The rules of the opening handshake that a request or response can break, RFC 6455 §4 and RFC 8441: sentence, section and the status that a
/// server refuses a request with. <see cref="WebSocketHandshakeErrors"/> gives them. What only a response can break has no status: the client
/// sends nothing any more and closes the connection.
/// </summary>
public enum WebSocketHandshakeError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The opening handshake is a GET request (RFC 6455 §4.2.1; 405).</summary>
    MethodNotGet,

    /// <summary>The opening handshake is at least HTTP/1.1 (RFC 6455 §4.1; 400).</summary>
    HttpVersionTooLow,

    /// <summary>The opening handshake asks for a path, not for an asterisk or an authority (RFC 6455 §4.2.1; 400).</summary>
    MissingPath,

    /// <summary>Host names the server (RFC 6455 §4.2.1; 400).</summary>
    MissingHost,

    /// <summary>The opening handshake has no body (RFC 9110 §9.3.1; 400).</summary>
    UnexpectedBody,

    /// <summary>The opening handshake has an Upgrade field (RFC 6455 §4.1; 426).</summary>
    MissingUpgrade,

    /// <summary>Upgrade names websocket, and in a response nothing besides (RFC 6455 §4.1; 426).</summary>
    UpgradeNotWebSocket,

    /// <summary>Connection has the option Upgrade (RFC 6455 §4.1; 400).</summary>
    MissingConnectionUpgrade,

    /// <summary>The opening handshake has a Sec-WebSocket-Version field (RFC 6455 §4.2.1; 426).</summary>
    MissingVersion,

    /// <summary>Sec-WebSocket-Version stands once (RFC 6455 §11.3.5; 400).</summary>
    DuplicateVersion,

    /// <summary>The WebSocket version is 13 (RFC 6455 §4.2.2; 426).</summary>
    UnsupportedVersion,

    /// <summary>The opening handshake has a Sec-WebSocket-Key field (RFC 6455 §4.2.1; 400).</summary>
    MissingKey,

    /// <summary>Sec-WebSocket-Key stands once (RFC 6455 §11.3.1; 400).</summary>
    DuplicateKey,

    /// <summary>Sec-WebSocket-Key is the canonical base64 of 16 bytes (RFC 6455 §4.2.1; 400).</summary>
    InvalidKey,

    /// <summary>Origin stands once (RFC 6454 §7.3; 400).</summary>
    DuplicateOrigin,

    /// <summary>Sec-WebSocket-Protocol is a list of tokens, and in a response one token (RFC 6455 §4.1; 400).</summary>
    InvalidSubprotocol,

    /// <summary>Each subprotocol is offered once (RFC 6455 §4.1; 400).</summary>
    DuplicateSubprotocol,

    /// <summary>No more subprotocols are offered than MaxSubprotocols (RFC 9110 §5.4; 431).</summary>
    /// <remarks>The limit is <see cref="WebSocketHandshakeOptions.MaxSubprotocols"/>.</remarks>
    TooManySubprotocols,

    /// <summary>Sec-WebSocket-Extensions is a list of extensions and their parameters (RFC 6455 §9.1; 400).</summary>
    InvalidExtension,

    /// <summary>Each parameter of an extension stands once (RFC 7692 §7; 400).</summary>
    DuplicateExtensionParameter,

    /// <summary>
    /// There are no more extensions than MaxExtensions, and no more parameters of one than MaxExtensionParameters (RFC 9110 §5.4; 431).
    /// </summary>
    /// <remarks>
    /// The limits are <see cref="WebSocketHandshakeOptions.MaxExtensions"/> and <see cref="WebSocketHandshakeOptions.MaxExtensionParameters"/>.
    /// </remarks>
    TooManyExtensions,

    /// <summary>The extended handshake has the method CONNECT (RFC 8441 §4; 405).</summary>
    MethodNotConnect,

    /// <summary>The only <c>:protocol</c> here is <c>websocket</c> (RFC 9220 §3; 501).</summary>
    ProtocolNotWebSocket,

    /// <summary>
    /// <c>:method</c>, <c>:protocol</c>, <c>:scheme</c>, <c>:path</c> and <c>:authority</c> stand once and are well-formed (RFC 8441 §4; 400).
    /// </summary>
    InvalidPseudoField,

    /// <summary>Connection and Upgrade are not part of an extended CONNECT (RFC 8441 §5; 400).</summary>
    ConnectionField,

    /// <summary>A field has a token as name and no control character in its value (RFC 9110 §5; 400).</summary>
    InvalidField,

    /// <summary>The server accepts the WebSocket connection with 101, or with 200 to 299 in the extended CONNECT form (RFC 6455 §4.1).</summary>
    /// <remarks>Handle the response as HTTP: it says why.</remarks>
    UnexpectedStatus,

    /// <summary>The response has a Sec-WebSocket-Accept field (RFC 6455 §4.1).</summary>
    MissingAccept,

    /// <summary>Sec-WebSocket-Accept stands once (RFC 6455 §11.3.3).</summary>
    DuplicateAccept,

    /// <summary>Sec-WebSocket-Accept belongs to the key that was sent (RFC 6455 §4.1).</summary>
    WrongAccept,

    /// <summary>The server chooses one of the offered subprotocols (RFC 6455 §4.1).</summary>
    SubprotocolNotOffered,

    /// <summary>Sec-WebSocket-Protocol stands once in a response (RFC 6455 §11.3.4).</summary>
    SeveralSubprotocols,

    /// <summary>The server accepts only extensions that were offered (RFC 6455 §4.1).</summary>
    ExtensionNotOffered,

    /// <summary>The server accepts an extension once (RFC 6455 §9.1).</summary>
    DuplicateExtension,

    /// <summary>The parameters of an accepted extension are such as the offer allows (RFC 7692 §7.1).</summary>
    InvalidExtensionParameter,
}
