using System.Net.Security;
using System.Net.Sockets;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>Makes the transport of a client: TCP, and TLS over it for <c>wss</c>.</summary>
internal static class WebSocketDialer
{
    /// <summary>Connects.</summary>
    /// <exception cref="IOException">The connection could not be made.</exception>
    public static async Task<SocketTransport> DialAsync(Uri uri, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(uri.IdnHost, uri.Port, cancellationToken).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (uri.Scheme == "wss")
            {
                stream = await SecureAsync(stream, uri.IdnHost, options.Tls, cancellationToken).ConfigureAwait(false);
            }

            return new SocketTransport(stream, socket);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException)
            {
                throw new IOException(exception.Message, exception);
            }

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
