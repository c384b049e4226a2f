using System.Buffers.Binary;
using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>A peer that sends numbered messages as fast as it can and looks at every echo, with as little of its own as that takes.</summary>
internal static class EchoFlood
{
    private const int Batch = 1000;
    private const uint Half = 0x37FA213D;
    private const ulong Key = ((ulong)Half << 32) | Half;

    /// <summary>Sends messages of eight bytes to a connection that echoes them, then Close.</summary>
    /// <returns>How many came back, each with the number that was due.</returns>
    public static async Task<int> RunAsync(WebSocketRole role, int count)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        Task echoing = EchoAsync(new(ours, role));
        Task sending = SendAsync(peer.Output, count, masked: role == WebSocketRole.Server);
        int echoes = await CountAsync(peer, role).WaitAsync(EchoRun.Patience);
        await sending.WaitAsync(EchoRun.Patience);
        await peer.Output.CompleteAsync();
        await echoing.WaitAsync(EchoRun.Patience);
        return echoes;
    }

    private static async Task EchoAsync(WebSocketConnection connection)
    {
        await using (connection)
        {
            while (await connection.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    await connection.SendAsync(message.Opcode, message.Payload, flush: false);
                }
            }
        }
    }

    private static async Task SendAsync(PipeWriter output, int count, bool masked)
    {
        for (int first = 0; first < count; first += Batch)
        {
            WriteBatch(output, first, Math.Min(Batch, count - first), masked);
            await output.FlushAsync();
        }

        await output.WriteAsync(RawFrame.Close(1000).ToBytes(masked));
    }

    private static void WriteBatch(PipeWriter output, int first, int count, bool masked)
    {
        int frameLength = masked ? 14 : 10;
        Span<byte> frames = output.GetSpan(count * frameLength)[..(count * frameLength)];
        for (int i = 0; i < count; i++)
        {
            Span<byte> frame = frames.Slice(i * frameLength, frameLength);
            frame[0] = 0x82;
            frame[1] = (byte)(8 | (masked ? 0x80 : 0));
            BinaryPrimitives.WriteUInt32BigEndian(frame[2..], Half);
            BinaryPrimitives.WriteUInt64BigEndian(frame[^8..], (ulong)(first + i) ^ (masked ? Key : 0));
        }

        output.Advance(count * frameLength);
    }

    private static async Task<int> CountAsync(IDuplexPipe peer, WebSocketRole role)
    {
        using WebSocketFrameReader reader = new(peer.Input, role);
        int count = 0;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out WebSocketFramePart part))
            {
                if (part.Header.Opcode == WebSocketOpcode.Close)
                {
                    return count;
                }

                if (part.Payload.Length != 8 || BinaryPrimitives.ReadUInt64BigEndian(part.Payload) != (ulong)count++)
                {
                    Assert.Fail($"Echo {count} is {Convert.ToHexString(part.Payload)}.");
                }
            }
        }

        return -1;
    }
}
