using System.Net.WebSockets;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.Benchmarks.Native;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>
/// A server receives masked binary messages: ours through the frame reader over a pipe in memory, the platform over a stream in memory. About 64 KB
/// of short frames are there at a time.
/// </summary>
public static class ReceiveCases
{
    public static IEnumerable<CompareCase> All() =>
    [
        Create("32B", 32, 64 * 1024 / 38, 10),
        Create("128B", 128, 64 * 1024 / 136, 10),
        Create("1KB", 1024, 63, 6),
        Create("64KB", 64 * 1024, 4, 1.5),
    ];

    /// <summary>Frames of one size in a row, as a client sends them.</summary>
    public static byte[] Frames(int payloadLength, int count)
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        WebSocketFrameWriter writer = new(output, WebSocketRole.Client);
        byte[] payload = Payload(payloadLength);
        for (int i = 0; i < count; i++)
        {
            writer.WriteFrame(WebSocketOpcode.Binary, payload);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        return payload;
    }

    private static CompareCase Create(string name, int payloadLength, int count, double target)
    {
        byte[] frames = Frames(payloadLength, count);
        WebSocketFrameReader reader = new(new LoopPipeReader(frames), WebSocketRole.Client);
        WebSocket peer = WebSocket.CreateFromStream(
            new LoopStream(frames), new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        byte[] buffer = new byte[64 * 1024];
        return new CompareCase(
            $"websocket.receive.masked.{name}",
            count,
            () => Sink.Keep(Receive(reader)),
            "System.Net.WebSockets",
            () => Sink.Keep(Receive(peer, buffer, count)),
            target)
        {
            Natives = NativePeers.Load(
                "receive",
                frames,
                count,
                (long)Payload(payloadLength)[^1] * count,
                new("uWebSockets, in place", "uwebsockets", "uwebsockets_receive_nanoseconds", TimesItself: true),
                new("uWebSockets and a copy of its input", "uwebsockets", "uwebsockets_receive"),
                new("wslay", "wslay", "wslay_receive"),
                new("floor, into scratch, AVX2", "floor", "floor_receive_avx2"),
                new("floor, into scratch, AVX-512", "floor", "floor_receive_avx512")),
        };
    }

    private static long Receive(WebSocketFrameReader reader)
    {
        long sum = reader.WaitToReadAsync().Result ? 0 : -1;
        while (reader.TryRead(out WebSocketFramePart part))
        {
            sum += part.Payload[^1];
        }

        return sum;
    }

    private static long Receive(WebSocket peer, Memory<byte> buffer, int messages)
    {
        long sum = 0;
        while (messages > 0)
        {
            ValueTask<ValueWebSocketReceiveResult> receive = peer.ReceiveAsync(buffer, CancellationToken.None);
            ValueWebSocketReceiveResult result = receive.Result;
            sum += buffer.Span[result.Count - 1];
            if (result.EndOfMessage)
            {
                messages--;
            }
        }

        return sum;
    }
}
