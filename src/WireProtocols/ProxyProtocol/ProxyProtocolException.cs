namespace WireProtocols.ProxyProtocol;

/// <summary>Bytes from a peer that break a rule of the PROXY protocol.</summary>
public sealed class ProxyProtocolException : WireProtocolException
{
    internal ProxyProtocolException(ProxyProtocolError error, long offset)
        : base(error.ToString(), error.GetRule(), offset)
        => Error = error;

    /// <summary>The rule that was broken.</summary>
    public ProxyProtocolError Error { get; }
}
