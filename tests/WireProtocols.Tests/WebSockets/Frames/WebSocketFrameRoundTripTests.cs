using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketFrameRoundTripTests
{
    private sealed record Frame(WebSocketOpcode Opcode, byte[] Payload, bool Fin, WebSocketReservedBits ReservedBits);

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public void Any_legal_frames_written_any_way_are_the_naive_bytes_and_read_the_same(WebSocketRole sender)
        => Prop.ForAll<int>(seed =>
        {
            Random random = new(seed);
            List<Frame> frames = Generate(random);
            ArrayBufferWriter<byte> output = new();
            uint key = 0;
            WebSocketFrameWriter writer = new(output, sender, WebSocketReservedBits.Rsv1, () => key);
            List<byte> expected = [];
            foreach (Frame frame in frames)
            {
                key = (uint)random.NextInt64();
                Write(writer, frame, random);
                expected.AddRange(sender == WebSocketRole.Client
                    ? FrameBytes.Masked(frame.Opcode, frame.Payload, frame.Fin, (int)frame.ReservedBits, key)
                    : FrameBytes.Plain(frame.Opcode, frame.Payload, frame.Fin, (int)frame.ReservedBits));
            }

            byte[] bytes = output.WrittenSpan.ToArray();
            Assert.True(bytes.AsSpan().SequenceEqual([.. expected]));
            AssertSame(frames, Read(sender, Segmentation.RandomPieces(bytes, random)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    private static void Write(WebSocketFrameWriter writer, Frame frame, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                writer.WriteFrame(new WebSocketPreparedFrame(frame.Opcode, frame.Payload, frame.Fin, frame.ReservedBits));
                break;
            case 1:
                writer.WriteFrame(frame.Opcode, Segments.Create(Segmentation.RandomPieces(frame.Payload, random)), frame.Fin, frame.ReservedBits);
                break;
            case 2 when frame.Opcode != WebSocketOpcode.Close:
                writer.BeginFrame(frame.Opcode, frame.Payload.Length, frame.Fin, frame.ReservedBits);
                foreach (ReadOnlyMemory<byte> piece in Segmentation.RandomPieces(frame.Payload, random))
                {
                    writer.WritePayload(piece.Span);
                }

                break;
            default:
                writer.WriteFrame(frame.Opcode, frame.Payload, frame.Fin, frame.ReservedBits);
                break;
        }
    }

    private static List<OwnedWebSocketFrame> Read(WebSocketRole sender, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using WebSocketFrameReader reader
            = new(PipeReader.Create(Segments.Create(pieces)), sender, new WebSocketFrameOptions { ReservedBits = WebSocketReservedBits.Rsv1 });
        ValueTask<List<OwnedWebSocketFrame>> reading = reader.ReadAllAsync().ToListAsync();
        Assert.True(reading.IsCompletedSuccessfully);
        return reading.Result;
    }

    private static void AssertSame(List<Frame> written, List<OwnedWebSocketFrame> read)
    {
        Assert.Equal(written.Count, read.Count);
        foreach ((Frame frame, OwnedWebSocketFrame back) in written.Zip(read))
        {
            Assert.Equal((frame.Opcode, frame.Fin, frame.ReservedBits), (back.Header.Opcode, back.Header.Fin, back.Header.ReservedBits));
            Assert.True(frame.Payload.AsSpan().SequenceEqual(back.Payload.Span));
        }
    }

    private static List<Frame> Generate(Random random)
    {
        List<Frame> frames = [];
        bool inMessage = false;
        for (int count = random.Next(12); count > 0; count--)
        {
            if (random.Next(3) == 0)
            {
                frames.Add(
                    new Frame(random.Next(2) == 0 ? WebSocketOpcode.Ping : WebSocketOpcode.Pong, FrameBytes.Payload(random.Next(126)), true, 0));
                continue;
            }

            bool fin = random.Next(2) == 0;
            WebSocketOpcode opcode = inMessage ? WebSocketOpcode.Continuation : (WebSocketOpcode)random.Next(1, 3);
            frames.Add(
                new Frame(opcode, FrameBytes.Payload(Length(random)), fin, !inMessage && random.Next(3) == 0 ? WebSocketReservedBits.Rsv1 : 0));
            inMessage = !fin;
        }

        if (random.Next(3) == 0)
        {
            frames.Add(new Frame(WebSocketOpcode.Close, random.Next(2) == 0 ? [] : [0x0F, 0xA0, .. "é"u8], true, 0));
        }

        return frames;
    }

    private static int Length(Random random) => random.Next(12) switch
    {
        0 => random.Next(16_300, 17_000),
        1 => random.Next(65_500, 65_600),
        2 => random.Next(3900, 4200),
        3 or 4 => random.Next(120, 130),
        5 => 0,
        _ => random.Next(64),
    };
}
