using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.Differential;

/// <summary>
/// What stands behind a proxy: it answers whatever it gets with the body that came, by its Content-Length, and refuses nothing, so that what is
/// refused was refused by the proxy.
/// </summary>
internal sealed class PlainServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    public PlainServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public EndPoint EndPoint => _listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private static async Task ServeAsync(Socket accepted)
    {
        using Socket socket = accepted;
        try
        {
            string text = "";
            byte[] buffer = new byte[64 * 1024];
            while (!IsWhole(text))
            {
                int count = await socket.ReceiveAsync(buffer);
                if (count == 0)
                {
                    return;
                }

                text += Encoding.Latin1.GetString(buffer, 0, count);
            }

            string body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            await socket.SendAsync(
                Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                // Until the proxy closes.
            }
        }
        catch (SocketException)
        {
            // The proxy is gone.
        }
    }

    private static bool IsWhole(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        int at = text.IndexOf("\r\nContent-Length:", StringComparison.OrdinalIgnoreCase);
        return end >= 0
            && (at < 0 || at > end || text.Length >= end + 4 + int.Parse(
                text.AsSpan(at + 17, text.IndexOf('\r', at + 2) - at - 17), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture));
    }
}
