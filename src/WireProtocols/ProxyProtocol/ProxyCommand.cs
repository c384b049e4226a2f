namespace WireProtocols.ProxyProtocol;

/// <summary>Whose connection it is (proxy-protocol §2.2).</summary>
public enum ProxyCommand
{
    /// <summary>LOCAL: "established on purpose by the proxy without being relayed", a health check for instance.</summary>
    Local = 0,

    /// <summary>PROXY: "established on behalf of another node". Every line of version 1 is one.</summary>
    Proxy = 1,
}
