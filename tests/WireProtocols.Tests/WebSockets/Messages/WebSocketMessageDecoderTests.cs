using System.Buffers;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Tests.Harness;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketMessageDecoderTests
{
    private const string Folder = "websocket-messages";
    private static readonly WebSocketDeflateParameters Takeover = new();

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_vector_means_the_same_however_it_is_split(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, await Segmentation.CheckAsync(vector.Bytes, WebSocketMessageSubject.For(vector)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_vector_means_the_same_without_the_zlib_of_the_platform(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, Segmentation.Check(vector.Bytes, WebSocketMessageSubject.For(vector, usesZlib: false)));
    }

    /// <summary>Every cut of a compressed message is found out at its end, whatever the blocks are.</summary>
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Every_message_that_is_cut_off_is_invalid(CompressionLevel level)
    {
        foreach (string text in new[] { "Hello", string.Concat(Enumerable.Range(0, 200).Select(i => $"{i * i % 101} ")), new string('a', 3000) })
        {
            byte[] whole = Deflate(text, level)[..^4];
            Assert.Equal(text.Length, Inflate(whole).Length);

            // The header byte of a block without compression is what an empty message consists of.
            foreach (int length in Enumerable.Range(0, whole.Length).Where(l => l != 1 || whole[0] != 0))
            {
                Assert.True(
                    Inflate(whole[..length]).Error == WebSocketProtocolError.InvalidCompression,
                    $"{length} of {whole.Length} bytes of {text.Length}");
            }
        }
    }

    [Theory]
    [InlineData(1 << 20, 1 << 24, 1000, WebSocketProtocolError.MessageTooLarge)]
    [InlineData(1 << 24, 100, 1000, WebSocketProtocolError.InflationTooHigh)]
    [InlineData(1 << 24, 1 << 24, 1000, WebSocketProtocolError.None)]
    public void Bombs_stop_at_the_limit_of_size_and_of_ratio(int max, int ratio, int kilobytes, WebSocketProtocolError expected)
    {
        byte[] bomb = Deflate(new string('\0', (kilobytes * 1024) + (1 << 20)), CompressionLevel.SmallestSize)[..^4];
        (long length, WebSocketProtocolError error) = Inflate(bomb, new() { MaxMessageLength = max, MaxInflationRatio = ratio });
        Assert.Equal(expected, error);
        Assert.InRange(length, 0, max);
    }

    [Fact]
    public void A_decoder_holds_nothing_between_messages_and_can_be_reset()
    {
        using WebSocketMessageDecoder decoder = new(WebSocketRole.Server, null, new WebSocketDeflateParameters(true, true));
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(
                OperationStatus.Done, decoder.Decode([0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], out _, out WebSocketMessagePart part));
            Assert.True(part.IsFirst && part.IsLast && part.Payload.SequenceEqual("Hello"u8));
            Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode([0x41, 0x03, 0xF2], out _, out part));
            decoder.Reset();
            Assert.Equal(OperationStatus.InvalidData, decoder.Decode([0x83], out _, out part));
            decoder.Reset();
        }
    }

    [Fact]
    public void Messages_decode_to_what_was_encoded_however_they_are_fragmented()
        => Prop.ForAll<byte[], PositiveInt, bool>((payload, length, masked) =>
        {
            RawFrame message = RawFrame.Binary(payload);
            RawFrame[] frames = payload.Length == 0 ? [message] : RawFrame.Fragments(message, length.Get);
            byte[] bytes = [.. frames.SelectMany(f => f.ToBytes(masked))];
            IReadOnlyList<string> rows
                = new WebSocketMessageSubject(masked ? WebSocketRole.Client : WebSocketRole.Server, new(), null).Decode([bytes]);
            return rows.SequenceEqual([$"Binary {Convert.ToHexStringLower(payload)}".TrimEnd(), $"end {bytes.Length}"]);
        }).Check(Config.QuickThrowOnFailure);

    private static byte[] Deflate(string text, CompressionLevel level)
    {
        MemoryStream target = new();
        using DeflateStream deflate = new(target, level, leaveOpen: true);
        deflate.Write(System.Text.Encoding.ASCII.GetBytes(text));
        deflate.Flush();
        byte[] compressed = target.ToArray();
        return compressed.AsSpan().EndsWith((ReadOnlySpan<byte>)[0, 0, 0xFF, 0xFF]) ? compressed : [.. compressed, 0, 0, 0, 0xFF, 0xFF];
    }

    private static (long Length, WebSocketProtocolError Error) Inflate(byte[] compressed, WebSocketMessageOptions? options = null)
    {
        byte[] frame = RawFrame.Binary(compressed, rsv: 4).ToBytes(masked: false);
        using WebSocketMessageDecoder decoder = new(WebSocketRole.Server, options, Takeover);
        long length = 0;
        ReadOnlySpan<byte> rest = frame;
        while (decoder.Decode(rest, out int consumed, out WebSocketMessagePart part) == OperationStatus.Done)
        {
            rest = rest[consumed..];
            length += part.Payload.Length;
        }

        return (length, decoder.Error);
    }
}
