using System.IO.Pipelines;
using System.Net.WebSockets;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>
/// Binary messages sent one by one, each flushed: short ones to a pipe in memory, the platform to a stream in memory; long ones both to a
/// stream in memory, ours through the platform's pipe over it.
/// </summary>
public static class SendCases
{
    private const int Count = 256;

    public static IEnumerable<CompareCase> All() =>
    [
        Create("server.32B", WebSocketRole.Server, 32, 3),
        Create("server.64KB", WebSocketRole.Server, 64 * 1024, 1.2),
        Create("client.32B", WebSocketRole.Client, 32, 20),
    ];

    private static CompareCase Create(string name, WebSocketRole role, int payloadLength, double target)
    {
        byte[] payload = new byte[payloadLength];
        new Random(payloadLength).NextBytes(payload);
        PipeWriter pipe = payloadLength > 16 * 1024 ? PipeWriter.Create(new LoopStream(new byte[1])) : new NullPipeWriter();
        WebSocketFrameWriter writer = new(pipe, role) { HandsPayloadOn = true };
        WebSocket peer = WebSocket.CreateFromStream(
            new LoopStream(new byte[1]), new WebSocketCreationOptions { IsServer = role == WebSocketRole.Server, KeepAliveInterval = TimeSpan.Zero });
        return new CompareCase(
            $"websocket.send.{name}",
            Count,
            () => Send(writer, payload),
            "System.Net.WebSockets",
            () => Send(peer, payload),
            target);
    }

    private static void Send(WebSocketFrameWriter writer, byte[] payload)
    {
        for (int i = 0; i < Count; i++)
        {
            Sink.Keep(writer.WriteFrameAsync(WebSocketOpcode.Binary, payload).Result.IsCompleted ? 1 : 0);
        }
    }

    private static void Send(WebSocket peer, ReadOnlyMemory<byte> payload)
    {
        for (int i = 0; i < Count; i++)
        {
            ValueTask send = peer.SendAsync(payload, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            Sink.Keep(send.IsCompletedSuccessfully ? 1 : 0);
        }
    }
}
