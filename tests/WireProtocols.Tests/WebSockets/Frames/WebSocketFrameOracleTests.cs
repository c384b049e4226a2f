using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebSockets;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>The decoder and the reader against <see cref="NaiveFrames"/>.</summary>
public class WebSocketFrameOracleTests
{
    private const int Rounds = 1500;

    public static TheoryData<string> Names => Vector.Names("websocket");

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_agrees_with_every_vector(string name)
    {
        Vector vector = Vector.Get("websocket", name);
        WebSocketFrameSubject subject = WebSocketFrameSubject.For(vector);
        Assert.Equal(vector.Rows, NaiveFrames.Decode(vector.Bytes, subject.Sender, subject.Options, out _));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_error_is_decided_by_the_byte_that_makes_it(string name)
    {
        Vector vector = Vector.Get("websocket", name);
        if (!vector.Rows[^1].StartsWith("error", StringComparison.Ordinal) || vector.Rows[^1].Contains("UnexpectedEnd", StringComparison.Ordinal))
        {
            return;
        }

        WebSocketFrameSubject subject = WebSocketFrameSubject.For(vector);
        NaiveFrames.Decode(vector.Bytes, subject.Sender, subject.Options, out int decidedAt);
        Assert.Equal(vector.Rows, subject.Decode([vector.Bytes.AsMemory(0, decidedAt)]));
        IReadOnlyList<string> before = subject.Decode([vector.Bytes.AsMemory(0, decidedAt - 1)]);
        Assert.True(
            before[^1].StartsWith("end", StringComparison.Ordinal) || before[^1].Contains("UnexpectedEnd", StringComparison.Ordinal), before[^1]);
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<byte[], byte, int>((noise, choice, seed) => Agree(noise, choice, seed)).Check(Config.QuickThrowOnFailure.WithMaxTest(Rounds));

    [Fact]
    public void Frames_with_a_few_flipped_bits_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<byte, int>((choice, seed) =>
        {
            Random random = new(seed);
            byte[] input = Frames(random, (choice & 1) == 0);
            for (int flips = random.Next(3); flips > 0 && input.Length > 0; flips--)
            {
                input[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
            }

            return Agree(input[..random.Next(input.Length / 2, input.Length + 1)], choice, seed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Rounds));

    [Fact]
    public async Task The_reader_over_any_segments_says_what_the_oracle_says()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            byte choice = (byte)random.Next(256);
            byte[] input = Frames(random, (choice & 1) == 0);
            if (random.Next(2) == 0 && input.Length > 0)
            {
                input[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
            }

            (WebSocketRole sender, WebSocketFrameOptions options) = WebSocketFramesTarget.OptionsOf(choice);
            IReadOnlyList<string> expected = NaiveFrames.Decode(input, sender, options, out _);
            PipeReader pipe = PipeReader.Create(Segments.Create(Segmentation.RandomPieces(input, random)));
            Assert.Equal(expected, await new WebSocketFrameSubject(sender, options).ReadAsync(pipe));
        }
    }

    private static bool Agree(byte[] input, byte choice, int seed)
    {
        (WebSocketRole sender, WebSocketFrameOptions options) = WebSocketFramesTarget.OptionsOf(choice);
        IReadOnlyList<string> expected = NaiveFrames.Decode(input, sender, options, out _);
        IReadOnlyList<string> actual = new WebSocketFrameSubject(sender, options).Decode(Segmentation.RandomPieces(input, new Random(seed)));
        Assert.Equal(expected, actual);
        return true;
    }

    /// <summary>Frames as a legal sender makes them, mostly.</summary>
    private static byte[] Frames(Random random, bool masked)
    {
        List<byte> bytes = [];
        bool inMessage = false;
        for (int count = random.Next(1, 8); count > 0; count--)
        {
            bool isControl = random.Next(3) == 0;
            WebSocketOpcode opcode
                = isControl ? (WebSocketOpcode)random.Next(8, 11) : inMessage ? WebSocketOpcode.Continuation : (WebSocketOpcode)random.Next(1, 3);
            bool fin = isControl || random.Next(2) == 0;
            inMessage = isControl ? inMessage : !fin;
            byte[] payload = FrameBytes.Payload(
                random.Next(6) switch { 0 => 0, 1 => random.Next(120, 126), 2 when !isControl => random.Next(126, 400), _ => random.Next(20) });
            if (opcode == WebSocketOpcode.Close)
            {
                payload = random.Next(2) == 0 ? [] : [0x03, 0xE8, .. "bye é"u8];
            }

            uint key = random.Next(3) == 0 ? 0 : (uint)random.NextInt64();
            bytes.AddRange(masked ? FrameBytes.Masked(opcode, payload, fin, key: key) : FrameBytes.Plain(opcode, payload, fin));
        }

        return [.. bytes];
    }
}
