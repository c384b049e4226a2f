using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>Makes the transport of a client: a socket to the host, its proxy or another end point, and TLS over it for <c>wss</c>.</summary>
internal static class WebSocketDialer
{
    /// <summary>Connects.</summary>
    /// <exception cref="IOException">The connection could not be made.</exception>
    public static async Task<SocketTransport> DialAsync(Uri uri, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        DnsEndPoint host = new(uri.IdnHost, uri.Port);
        Uri? proxy = options.EndPoint is null && options.Proxy is { } chosen && !chosen.IsBypassed(uri) ? chosen.GetProxy(uri) : null;
        Socket? socket = null;
        Stream? stream = null;
        try
        {
            if (options.ConnectCallback is { } connect)
            {
                stream = await connect(host, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                EndPoint target = options.EndPoint ?? (proxy is null ? host : new DnsEndPoint(proxy.IdnHost, proxy.Port));
                socket = await ConnectAsync(target, options.Connection.TimeProvider, cancellationToken).ConfigureAwait(false);
                stream = new NetworkStream(socket, ownsSocket: true);
                if (proxy is not null)
                {
                    stream = proxy.Scheme == Uri.UriSchemeHttps
                        ? await SecureAsync(stream, proxy.IdnHost, null, cancellationToken).ConfigureAwait(false)
                        : stream;
                    await WebSocketTunnel.OpenAsync(stream, host, proxy, options, cancellationToken).ConfigureAwait(false);
                }
            }

            stream = uri.Scheme == "wss" ? await SecureAsync(stream, uri.IdnHost, options.Tls, cancellationToken).ConfigureAwait(false) : stream;
            return stream is NetworkStream && socket is not null ? new SocketTransport(socket) : new SocketTransport(stream, socket);
        }
        catch (Exception exception)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket?.Dispose();
            if (exception is SocketException)
            {
                throw new IOException(exception.Message, exception);
            }

            throw;
        }
    }

    private static async Task<Socket> ConnectAsync(EndPoint target, TimeProvider time, CancellationToken cancellationToken)
    {
        if (target is not DnsEndPoint host)
        {
            return await ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<IPAddress> addresses = await Dns.GetHostAddressesAsync(host.Host, cancellationToken).ConfigureAwait(false);
        return await WebSocketAddressRace.RunAsync(
            WebSocketAddressRace.Interleave(addresses),
            (address, token) => ConnectAsync(new IPEndPoint(address, host.Port), token),
            time,
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Socket> ConnectAsync(EndPoint target, CancellationToken cancellationToken)
    {
        Socket socket = target is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(
        Stream stream, string host, SslClientAuthenticationOptions? options, CancellationToken cancellationToken)
    {
        SslStream secure = new(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(WebSocketTls.For(host, options), cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
