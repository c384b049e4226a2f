using System.Buffers;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Transports, and a connection on each: binary messages are echoed, a text asks for a broadcast to all.</summary>
public sealed class OurServer
{
    private static readonly WebSocketAcceptOptions Options = new()
    {
        Connection = new WebSocketConnectionOptions { Deflate = WebSocketPerMessageDeflateOptions.Default },
    };

    private readonly BroadcastRoom _room = new();

    private OurServer()
    {
    }

    /// <param name="useEventLoops">Whether on event loops, else on sockets.</param>
    public static IAsyncDisposable Start(bool useEventLoops) => LoadListener.Start("ws", new OurServer().ServeAsync, useEventLoops);

    private async Task ServeAsync(IWireTransport transport)
    {
        await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(transport, Options);
        if (connection is null)
        {
            return;
        }

        await using WebSocketSubscription member = _room.Join(connection);
        ArrayBufferWriter<byte> message = new();
        try
        {
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
        }
        catch (WebSocketClosedException)
        {
            // A client of a load leaves without a word.
        }
        finally
        {
            _room.Leave(connection);
        }
    }
}
