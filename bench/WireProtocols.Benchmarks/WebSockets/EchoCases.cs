using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>
/// A connection of a server receives whole messages and sends each back, over memory: what an echo costs without its sockets. 32 messages come with a
/// read, and the read after them flushes their echoes. The platform's connection flushes each.
/// </summary>
public static class EchoCases
{
    private const int Batch = 32;
    private const int Batches = 32;

    public static IEnumerable<CompareCase> All() => [Create("64B", 64), Create("1KB", 1024)];

    private static CompareCase Create(string name, int length)
    {
        byte[] frames = ReceiveCases.Frames(length, Batch);
        WebSocketConnection ours = new(new Transport(frames), WebSocketRole.Server);
        WebSocket peer = WebSocket.CreateFromStream(
            new LoopStream(frames), new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        ArrayBufferWriter<byte> message = new(length);
        byte[] buffer = new byte[length];
        return new CompareCase(
            $"websocket.echo.{name}", Batch * Batches, () => Echo(ours, message), "System.Net.WebSockets", () => Echo(peer, buffer), Target: null);
    }

    private static void Echo(WebSocketConnection connection, ArrayBufferWriter<byte> message)
    {
        for (int i = 0; i < Batch * Batches; i++)
        {
            WebSocketOpcode opcode = Completed.Take(connection.ReceiveAsync(message)) ?? throw new InvalidOperationException("There is no end.");
            Completed.Take(connection.SendAsync(opcode, message.WrittenMemory, flush: false));
            message.ResetWrittenCount();
        }
    }

    private static void Echo(WebSocket connection, byte[] buffer)
    {
        for (int i = 0; i < Batch * Batches; i++)
        {
            ValueWebSocketReceiveResult result = Completed.Take(connection.ReceiveAsync(buffer.AsMemory(), CancellationToken.None));
            Completed.Take(connection.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, true, CancellationToken.None));
        }
    }

    private sealed class Transport(byte[] frames) : IDuplexPipe
    {
        public PipeReader Input { get; } = new LoopPipeReader(frames);

        public PipeWriter Output { get; } = new NullPipeWriter();
    }
}
