using System.Net;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Transports;

/// <summary>Who is at the other end of an accepted connection.</summary>
public sealed class TransportPeer
{
    internal TransportPeer(EndPoint? socketEndPoint, OwnedProxyHeader? header)
    {
        SocketEndPoint = socketEndPoint;
        Header = header;
    }

    /// <summary>The client: whom the header names, or else the other end of the socket. Null for a Unix socket, and where the client is gone
    /// already.</summary>
    public EndPoint? EndPoint => Header?.Source ?? SocketEndPoint;

    /// <summary>The other end of the socket, which is the proxy where there is one.</summary>
    public EndPoint? SocketEndPoint { get; }

    /// <summary>What the proxy has said; null where no header was expected. One of a health check, or of a connection that the proxy cannot
    /// describe, has no addresses, and <see cref="EndPoint"/> is then the proxy.</summary>
    public OwnedProxyHeader? Header { get; }
}
