using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.Benchmarks.Load.Fanout;

/// <summary>
/// Many members of a chat that count what comes and look at no more of it than its length: so that the time is that of the servers, as far as one
/// machine can tell them apart.
/// </summary>
internal sealed class FanoutClients : IDisposable
{
    /// <summary>How many are connecting at a time.</summary>
    private const int ConnectingAtOnce = 64;

    private readonly List<Socket> _sockets = [];
    private readonly int _frameLength;
    private long _expected;
    private long _frames;
    private TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FanoutClients(int frameLength) => _frameLength = frameLength;

    /// <summary>Connects as many, to each server in turn.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="count">How many.</param>
    /// <param name="frameLength">The bytes of the frame that a message comes in.</param>
    public static async Task<FanoutClients> ConnectAsync(IReadOnlyList<Uri> servers, int count, int frameLength)
    {
        FanoutClients clients = new(frameLength);
        for (int first = 0; first < count; first += ConnectingAtOnce)
        {
            int last = Math.Min(count, first + ConnectingAtOnce);
            clients._sockets.AddRange(
                await Task.WhenAll(Enumerable.Range(first, last - first).Select(i => OpenAsync(servers[i % servers.Count]))));
        }

        foreach (Socket socket in clients._sockets)
        {
            _ = clients.ReceiveAsync(socket);
        }

        return clients;
    }

    /// <summary>Completes when every member has got as many messages more.</summary>
    public Task ExpectAsync(int messages)
    {
        _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _expected, Volatile.Read(ref _expected) + ((long)messages * _sockets.Count));
        return _all.Task;
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private static async Task<Socket> OpenAsync(Uri server)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        string head = $"GET /ws/chat HTTP/1.1\r\nHost: {server.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        byte[] answer = new byte[1024];
        int length = 0;
        while (!answer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int read = await socket.ReceiveAsync(answer.AsMemory(length));
            length = read > 0 ? length + read : throw new IOException("The server takes no more members.");
        }

        return answer.AsSpan(0, length).StartsWith("HTTP/1.1 101"u8)
            ? socket
            : throw new IOException(Encoding.ASCII.GetString(answer.AsSpan(0, length)));
    }

    private async Task ReceiveAsync(Socket socket)
    {
        byte[] buffer = new byte[Math.Max(4096, 2 * _frameLength)];
        long bytes = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory()) is > 0 and int read)
            {
                long frames = ((bytes + read) / _frameLength) - (bytes / _frameLength);
                bytes += read;
                if (frames > 0 && Interlocked.Add(ref _frames, frames) == Volatile.Read(ref _expected))
                {
                    _all.TrySetResult();
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // This is over.
        }
    }
}
