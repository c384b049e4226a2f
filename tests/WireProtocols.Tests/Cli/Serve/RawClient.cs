using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>A client that sends whatever bytes it likes.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;

    private RawClient(Socket socket)
    {
        _socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    public NetworkStream Stream { get; }

    public static async Task<RawClient> ConnectAsync(IPEndPoint endPoint)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        return new RawClient(socket);
    }

    /// <summary>Connects and upgrades to a WebSocket.</summary>
    public static async Task<RawClient> UpgradeAsync(IPEndPoint endPoint, string path = "/ws/echo")
    {
        RawClient client = await ConnectAsync(endPoint);
        await client.UpgradeAsync(path, extensions: null);
        return client;
    }

    /// <summary>Upgrades to a WebSocket.</summary>
    /// <returns>The head of the answer.</returns>
    public async Task<string> UpgradeAsync(string path, string? extensions)
    {
        string offer = extensions is null ? "" : $"Sec-WebSocket-Extensions: {extensions}\r\n";
        await SendAsync(
            $"GET {path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + $"dGhlIHNhbXBsZSBub25jZQ==\r\n{offer}\r\n");
        string head = await ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head, StringComparison.Ordinal);
        return head;
    }

    public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendHexAsync(string hex) => await Stream.WriteAsync(Convert.FromHexString(hex));

    /// <summary>No more bytes come from this side.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public async Task<string> ReadHexAsync(int count)
    {
        byte[] bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public async Task<string> ReadTextAsync(int count) => Encoding.Latin1.GetString(Convert.FromHexString(await ReadHexAsync(count)));

    /// <summary>Reads to the end of the stream, which a reset would not be.</summary>
    public async Task<string> ReadHexToEndAsync() => Convert.ToHexStringLower(await ReadBytesToEndAsync());

    public async Task<string> ReadTextToEndAsync() => Encoding.Latin1.GetString(await ReadBytesToEndAsync());

    /// <summary>Reads to the empty line, a byte at a time so that nothing behind it is taken.</summary>
    public async Task<string> ReadHeadAsync()
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await Stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    public void Dispose() => Stream.Dispose();

    private async Task<byte[]> ReadBytesToEndAsync()
    {
        using MemoryStream bytes = new();
        await Stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
