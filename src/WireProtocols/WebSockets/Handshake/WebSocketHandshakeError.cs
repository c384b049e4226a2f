namespace WireProtocols.WebSockets;

/// <summary>
/// The rules of the opening handshake that a request or response can break, RFC 6455 §4 and RFC 8441.
/// <see cref="WebSocketHandshakeErrors.GetRule"/> gives the sentence and section, <see cref="WebSocketHandshakeErrors.GetStatusCode"/> the status
/// that a server refuses the request with.
/// </summary>
public enum WebSocketHandshakeError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The method is not GET; RFC 6455 §4.2.1. Status 405.</summary>
    MethodNotGet,

    /// <summary>The version is below HTTP/1.1; RFC 6455 §4.2.1. Status 400.</summary>
    HttpVersionTooLow,

    /// <summary>The request is for no path: its target is an asterisk or an authority; RFC 6455 §4.2.1. Status 400.</summary>
    MissingPath,

    /// <summary>Host is empty; RFC 6455 §4.2.1. Status 400.</summary>
    MissingHost,

    /// <summary>The request announces a body; RFC 9110 §9.3.1. Status 400.</summary>
    UnexpectedBody,

    /// <summary>There is no Upgrade field; RFC 6455 §4.2.1. Status 426.</summary>
    MissingUpgrade,

    /// <summary>Upgrade does not name <c>websocket</c>, or in a response anything besides it; RFC 6455 §4.2.1, §4.1. Status 426.</summary>
    UpgradeNotWebSocket,

    /// <summary>Connection does not have the option <c>Upgrade</c>; RFC 6455 §4.2.1, §4.1. Status 400.</summary>
    MissingConnectionUpgrade,

    /// <summary>There is no Sec-WebSocket-Version field; RFC 6455 §4.2.1. Status 426.</summary>
    MissingVersion,

    /// <summary>There is more than one Sec-WebSocket-Version field; RFC 6455 §11.3.5. Status 400.</summary>
    DuplicateVersion,

    /// <summary>Sec-WebSocket-Version is not 13; RFC 6455 §4.2.2. Status 426.</summary>
    UnsupportedVersion,

    /// <summary>There is no Sec-WebSocket-Key field; RFC 6455 §4.2.1. Status 400.</summary>
    MissingKey,

    /// <summary>There is more than one Sec-WebSocket-Key field; RFC 6455 §11.3.1. Status 400.</summary>
    DuplicateKey,

    /// <summary>Sec-WebSocket-Key is not the canonical base64 of 16 bytes; RFC 6455 §4.2.1. Status 400.</summary>
    InvalidKey,

    /// <summary>There is more than one Origin field; RFC 6454 §7.3. Status 400.</summary>
    DuplicateOrigin,

    /// <summary>Sec-WebSocket-Protocol is not a list of tokens, or in a response not one token; RFC 6455 §4.1. Status 400.</summary>
    InvalidSubprotocol,

    /// <summary>A subprotocol is offered twice; RFC 6455 §4.1. Status 400.</summary>
    DuplicateSubprotocol,

    /// <summary>More subprotocols are offered than the limit. Status 431.</summary>
    TooManySubprotocols,

    /// <summary>Sec-WebSocket-Extensions breaks the grammar of RFC 6455 §9.1. Status 400.</summary>
    InvalidExtension,

    /// <summary>A parameter stands twice in one extension; RFC 6455 §9.1, RFC 7692 §7. Status 400.</summary>
    DuplicateExtensionParameter,

    /// <summary>There are more extensions, or parameters of one, than the limit. Status 431.</summary>
    TooManyExtensions,

    /// <summary>The extended CONNECT does not have the method CONNECT; RFC 8441 §4. Status 405.</summary>
    MethodNotConnect,

    /// <summary><c>:protocol</c> is not <c>websocket</c>; RFC 9220 §3. Status 501.</summary>
    ProtocolNotWebSocket,

    /// <summary>A pseudo-field is missing, repeated or malformed; RFC 8441 §4. Status 400.</summary>
    InvalidPseudoField,

    /// <summary>Connection or Upgrade stands in an extended CONNECT; RFC 8441 §5. Status 400.</summary>
    ConnectionField,

    /// <summary>A field name or value breaks the grammar of RFC 9110 §5, in a list of fields. Status 400.</summary>
    InvalidField,

    /// <summary>The server did not answer 101, or 200 to 299 in the extended CONNECT form: handle the response as HTTP; RFC 6455 §4.1.</summary>
    UnexpectedStatus,

    /// <summary>The response has no Sec-WebSocket-Accept field; RFC 6455 §4.1.</summary>
    MissingAccept,

    /// <summary>The response has more than one Sec-WebSocket-Accept field; RFC 6455 §11.3.3.</summary>
    DuplicateAccept,

    /// <summary>Sec-WebSocket-Accept does not belong to the key that was sent; RFC 6455 §4.1.</summary>
    WrongAccept,

    /// <summary>The response has a subprotocol that was not offered; RFC 6455 §4.1.</summary>
    SubprotocolNotOffered,

    /// <summary>The response has more than one Sec-WebSocket-Protocol field; RFC 6455 §11.3.4.</summary>
    SeveralSubprotocols,

    /// <summary>The response has an extension that was not offered; RFC 6455 §4.1.</summary>
    ExtensionNotOffered,

    /// <summary>The response has an extension twice; RFC 6455 §9.1.</summary>
    DuplicateExtension,
}
