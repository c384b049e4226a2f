namespace WireProtocols.ProxyProtocol;

/// <summary>What the forwarded connection is (proxy-protocol §2.2).</summary>
public enum ProxyTransport
{
    /// <summary>UNSPEC: unknown or unsupported.</summary>
    Unspecified = 0,

    /// <summary>STREAM: TCP, or a stream of Unix sockets.</summary>
    Stream = 1,

    /// <summary>DGRAM: UDP, or datagrams of Unix sockets.</summary>
    Datagram = 2,
}
