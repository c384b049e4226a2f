using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Sockets, and a connection on each: binary messages are echoed, a text asks for a broadcast to all.</summary>
public sealed class OurServer : IAsyncDisposable
{
    private static readonly WebSocketAcceptOptions Options = new()
    {
        Connection = new WebSocketConnectionOptions { Deflate = WebSocketPerMessageDeflateOptions.Default },
    };

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly BroadcastRoom _room = new();

    public static Task<IAsyncDisposable> StartAsync()
    {
        OurServer server = new();
        server._listener.Start(512);
        _ = server.AcceptAsync();
        Console.WriteLine($"ws://127.0.0.1:{((IPEndPoint)server._listener.LocalEndpoint).Port}/");
        return Task.FromResult<IAsyncDisposable>(server);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return default;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(new SocketTransport(socket), Options);
        if (connection is null)
        {
            return;
        }

        await using WebSocketSubscription member = _room.Join(connection);
        ArrayBufferWriter<byte> message = new();
        while (await connection.ReceiveAsync(message) is { } opcode)
        {
            if (opcode == WebSocketOpcode.Text)
            {
                await _room.BroadcastAsync(BroadcastOrder.Parse(Encoding.ASCII.GetString(message.WrittenSpan)));
            }
            else
            {
                // What is received in one read goes out in one write: the next wait flushes.
                await connection.SendAsync(opcode, message.WrittenMemory, flush: false);
            }

            message.ResetWrittenCount();
        }

        _room.Leave(connection);
    }
}
