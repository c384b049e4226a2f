namespace WireProtocols.WebTransport;

/// <summary>Bytes from a peer that break a rule of WebTransport or of a layer below it.</summary>
public sealed class WebTransportProtocolException : WireProtocolException
{
    internal WebTransportProtocolException(WebTransportProtocolError error, long offset)
        : base(error.ToString(), error.GetRule(), offset)
        => Error = error;

    /// <summary>The rule that was broken.</summary>
    public WebTransportProtocolError Error { get; }

    /// <summary>The HTTP/3 error code that an endpoint sends for it.</summary>
    public long ErrorCode => Error.GetErrorCode();

    /// <summary>What <see cref="ErrorCode"/> ends.</summary>
    public WebTransportErrorScope Scope => Error.GetScope();
}
