namespace WireProtocols.WebSockets;

/// <summary>The peer broke a rule of RFC 6455.</summary>
public sealed class WebSocketProtocolException : WireProtocolException
{
    /// <summary>Creates the exception for a broken rule.</summary>
    /// <param name="error">The rule.</param>
    /// <param name="offset">The offset of the offending byte from the first byte of the input.</param>
    public WebSocketProtocolException(WebSocketProtocolError error, long offset)
        : base(error.ToString(), error.GetRule(), offset) => Error = error;

    /// <summary>The rule that was broken.</summary>
    public WebSocketProtocolError Error { get; }

    /// <summary>The code that an endpoint sends in its Close frame.</summary>
    public WebSocketCloseCode CloseCode => Error.GetCloseCode();
}
