namespace WireProtocols.WebSockets;

/// <summary>An opening handshake that breaks a rule of RFC 6455 §4 or RFC 8441.</summary>
public sealed class WebSocketHandshakeException : WireProtocolException
{
    /// <summary>Creates the exception for a broken rule.</summary>
    /// <param name="error">The rule.</param>
    /// <param name="offset">The offset of the offending byte from the first byte of the head; 0 in the extended CONNECT form.</param>
    public WebSocketHandshakeException(WebSocketHandshakeError error, long offset)
        : base(error.ToString(), error.GetRule(), offset) => Error = error;

    /// <summary>Creates the exception of a client that was refused.</summary>
    /// <param name="refusal">What the server said.</param>
    /// <param name="offset">The offset of the status in the response.</param>
    public WebSocketHandshakeException(WebSocketHandshakeRefusal refusal, long offset)
        : this(WebSocketHandshakeError.UnexpectedStatus, offset)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        Refusal = refusal;
    }

    /// <summary>The rule that was broken.</summary>
    public WebSocketHandshakeError Error { get; }

    /// <summary>The status that a server refuses the handshake with; null when the error is the server's.</summary>
    public int? RefusalStatus => Error.GetStatusCode();

    /// <summary>What the server said that refused this client; null for every other error.</summary>
    public WebSocketHandshakeRefusal? Refusal { get; }

    /// <summary>The status of the response of a server that refused this client; null for every other error.</summary>
    public int? StatusCode => Refusal?.StatusCode;

    /// <summary>The broken rule; of a refusal with its status, and where it redirects to.</summary>
    public override string Message => Refusal switch
    {
        null => base.Message,
        { } refusal when refusal.GetField("Location") is { } location => $"{base.Message} It answered {Status(refusal)} and Location: {location}.",
        { } refusal => $"{base.Message} It answered {Status(refusal)}.",
    };

    private static string Status(WebSocketHandshakeRefusal refusal) => $"{refusal.StatusCode} {refusal.ReasonPhrase}".TrimEnd();
}

/// <summary>Why a handshake failed, for those who do without the exception.</summary>
/// <param name="Error">The rule that was broken.</param>
/// <param name="Offset">The offset of the offending byte from the first byte of the head; 0 in the extended CONNECT form.</param>
public readonly record struct WebSocketHandshakeFailure(WebSocketHandshakeError Error, long Offset)
{
    /// <summary>The status that a server refuses the handshake with; null when the error is the server's, or there is none.</summary>
    public int? RefusalStatus => Error == WebSocketHandshakeError.None ? null : Error.GetStatusCode();
}
