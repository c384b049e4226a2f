namespace WireProtocols.WebSockets;

/// <summary>An opening handshake that breaks a rule of RFC 6455 §4 or RFC 8441.</summary>
public sealed class WebSocketHandshakeException : WireProtocolException
{
    /// <summary>Creates the exception for a broken rule.</summary>
    /// <param name="error">The rule.</param>
    /// <param name="offset">The offset of the offending byte from the first byte of the head; 0 in the extended CONNECT form.</param>
    public WebSocketHandshakeException(WebSocketHandshakeError error, long offset)
        : base(error.ToString(), error.GetRule(), offset) => Error = error;

    /// <summary>The rule that was broken.</summary>
    public WebSocketHandshakeError Error { get; }

    /// <summary>The status that a server refuses the handshake with; null when the error is the server's.</summary>
    public int? RefusalStatus => Error.GetStatusCode();
}

/// <summary>Why a handshake failed, for those who do without the exception.</summary>
/// <param name="Error">The rule that was broken.</param>
/// <param name="Offset">The offset of the offending byte from the first byte of the head; 0 in the extended CONNECT form.</param>
public readonly record struct WebSocketHandshakeFailure(WebSocketHandshakeError Error, long Offset)
{
    /// <summary>The status that a server refuses the handshake with; null when the error is the server's, or there is none.</summary>
    public int? RefusalStatus => Error == WebSocketHandshakeError.None ? null : Error.GetStatusCode();
}
