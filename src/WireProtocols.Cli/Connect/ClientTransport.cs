using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Cli.IO;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// Makes the transport of a WebSocket: a socket to the host, its proxy or a Unix socket, and TLS over it, with bytes that can be seen.
/// </summary>
internal static class ClientTransport
{
    /// <exception cref="IOException">There is no connection to be had.</exception>
    public static async Task<SocketTransport> ConnectAsync(ConnectRun run, CancellationToken stop)
    {
        Uri url = run.Url;
        string? path = run.Get(run.Options.UnixSocket);
        Uri? proxy = path is null ? run.FindProxy() : null;
        Socket socket = path is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Stream? stream = null;
        try
        {
            await (path is not null
                ? socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop)
                : socket.ConnectAsync(proxy?.IdnHost ?? url.IdnHost, proxy?.Port ?? url.Port, stop));
            stream = new NetworkStream(socket, ownsSocket: true);
            if (proxy is not null)
            {
                stream = proxy.Scheme == "https" ? await SecureAsync(stream, new SslClientAuthenticationOptions(), proxy.IdnHost, stop) : stream;
                await OpenTunnelAsync(stream, url, proxy, stop);
            }

            stream = url.Scheme == "wss" ? await SecureAsync(stream, run.CreateTls(), url.IdnHost, stop) : stream;
            return new SocketTransport(new TappedStream(stream, new ConnectTap(run, socket)), socket);
        }
        catch (Exception exception)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            socket.Dispose();
            throw exception is SocketException or AuthenticationException ? new IOException(exception.Message, exception) : exception;
        }
    }

    private static async Task<SslStream> SecureAsync(Stream stream, SslClientAuthenticationOptions options, string host, CancellationToken stop)
    {
        SslStream secure = new(stream);
        options.TargetHost ??= host;
        await secure.AuthenticateAsClientAsync(options, stop);
        return secure;
    }

    /// <summary>"The CONNECT method requests that the recipient establish a tunnel" (RFC 9110 §9.3.6).</summary>
    private static async Task OpenTunnelAsync(Stream stream, Uri url, Uri proxy, CancellationToken stop)
    {
        string authority = $"{(url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost)}:{url.Port}";
        string credentials = proxy.UserInfo.Length == 0
            ? ""
            : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(proxy.UserInfo)))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{credentials}\r\n"), stop);

        PipeReader input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        using Http1ResponseReader reader = new(input);
        while (await reader.WaitToReadAsync(stop))
        {
            if (IsGranted(reader, proxy))
            {
                // The server speaks when it has been spoken to, so nothing of the tunnel's is lost here.
                reader.Release();
                await input.CompleteAsync();
                return;
            }
        }

        throw new IOException($"The proxy {proxy.Authority} closed the connection without an answer.");
    }

    private static bool IsGranted(Http1ResponseReader reader, Uri proxy)
    {
        while (reader.TryRead(out Http1ResponseHead head))
        {
            if (head.StatusCode >= 300)
            {
                throw new IOException($"The proxy {proxy.Authority} answered {head.StatusCode} {Encoding.Latin1.GetString(head.Reason)}.");
            }

            if (head.StatusCode >= 200)
            {
                return true;
            }
        }

        return false;
    }
}
