using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>
/// Listens on a TCP or Unix endpoint and runs a handler for each connection: on event loops (<see cref="EventLoopTransport"/>) on Linux, on sockets
/// (<see cref="SocketTransport"/>) elsewhere.
/// </summary>
/// <example><code>
/// await using TransportListener listener = TransportListener.Start(new IPEndPoint(IPAddress.Loopback, 8080), async transport =>
/// {
///     await using Http1ServerConnection connection = new(transport);
///     await connection.RunAsync((exchange, stop) => exchange.RespondAsync(200, "hello"u8.ToArray()));
/// });
/// </code></example>
public sealed class TransportListener : IAsyncDisposable
{
    private readonly IDisposable _acceptor;

    private TransportListener(Socket listener, ConnectionRun run)
    {
        LocalEndPoint = listener.LocalEndPoint!;
        UsesEventLoops = run.Options.UseEventLoops && EventLoopTransport.IsSupported;
        _acceptor = UsesEventLoops ? new LoopAcceptor(listener, run) : new SocketAcceptor(listener, run);
    }

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>Whether the connections live on event loops; their handlers must not block then.</summary>
    public bool UsesEventLoops { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="endPoint">An <see cref="IPEndPoint"/> or <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="handler">Serves one connection. When it ends, the transport is ended in good order, unless it has been; when it throws, the
    /// transport is reset. A TCP connection has no delay (Nagle).</param>
    /// <param name="options">How to listen; null for the defaults.</param>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static TransportListener Start(EndPoint endPoint, Func<IWireTransport, Task> handler, TransportListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Start(endPoint, (transport, _) => handler(transport), needsPeer: false, options);
    }

    /// <summary>Begins to listen, for a handler that wants to know who the client is.</summary>
    /// <param name="endPoint">An <see cref="IPEndPoint"/> or <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="handler">Serves one connection, as that of the other overload. With <see cref="TransportListenerOptions.ProxyProtocol"/> the
    /// peer is the one that the proxy names.</param>
    /// <param name="options">How to listen; null for the defaults.</param>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static TransportListener Start(
        EndPoint endPoint, Func<IWireTransport, TransportPeer, Task> handler, TransportListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Start(endPoint, (transport, peer) => handler(transport, peer!), needsPeer: true, options);
    }

    /// <summary>Accepts no more. The connections there are go on: they are their handlers'.</summary>
    public ValueTask DisposeAsync()
    {
        _acceptor.Dispose();
        return default;
    }

    private static TransportListener Start(
        EndPoint endPoint, Func<IWireTransport, TransportPeer?, Task> handler, bool needsPeer, TransportListenerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        options ??= TransportListenerOptions.Default;
        bool isUnix = endPoint.AddressFamily == AddressFamily.Unix;
        Socket listener = new(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (!isUnix)
            {
                // What is accepted takes after it, on Linux.
                listener.NoDelay = true;
            }

            listener.Bind(endPoint);
            listener.Listen(options.Backlog);
            return new TransportListener(listener, new ConnectionRun(handler, needsPeer, options));
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }
}
