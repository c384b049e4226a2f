using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Connect;

/// <summary>The connections of a client of HTTP, as the options want them, with bytes that can be seen.</summary>
internal static class ConnectHandler
{
    /// <param name="run">What is wanted.</param>
    /// <param name="isTapped">Whether the bytes are shown.</param>
    public static SocketsHttpHandler Create(ConnectRun run, bool isTapped = true)
    {
        SocketsHttpHandler handler = EventStreamClient.CreateHandler();
        handler.SslOptions = run.CreateTls();
        handler.AllowAutoRedirect = false;
        if (run.Get(run.Options.UnixSocket) is { } path)
        {
            handler.UseProxy = false;
            handler.ConnectCallback = async (_, stop) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        else
        {
            Uri? proxy = run.FindProxy();
            handler.UseProxy = proxy is not null;
            handler.Proxy = proxy is null ? null : new WebProxy(proxy) { Credentials = CredentialsOf(proxy) };
        }

        if (isTapped)
        {
            handler.PlaintextStreamFilter = (context, _)
                => ValueTask.FromResult<Stream>(new TappedStream(context.PlaintextStream, new ConnectTap(run, null)));
        }

        return handler;
    }

    private static NetworkCredential? CredentialsOf(Uri proxy)
    {
        string[] parts = Uri.UnescapeDataString(proxy.UserInfo).Split(':', 2);
        return proxy.UserInfo.Length == 0 ? null : new NetworkCredential(parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
