using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A relay writes each part as it came, Close included, and the frames behind it are those before it.</summary>
public class WebSocketFrameRelayTests
{
    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public async Task Parts_are_written_as_they_came(WebSocketRole sender)
    {
        byte[] input = Frames(sender);
        WebSocketFrameOptions options = new() { ReservedBits = WebSocketReservedBits.Rsv1, WholePayloadLength = 100 };
        foreach (int step in (int[])[1, 7, 1000])
        {
            byte[] relayed = await Trickle.RunAsync<byte[]>(input, step, async pipe =>
            {
                ArrayBufferWriter<byte> output = new();
                WebSocketFrameWriter writer = new(output, sender, WebSocketReservedBits.Rsv1, () => FrameBytes.Key);
                using WebSocketFrameReader reader = new(pipe, sender, options);
                while (await reader.WaitToReadAsync())
                {
                    while (reader.TryRead(out WebSocketFramePart part))
                    {
                        writer.WriteFrame(part);
                    }
                }

                return output.WrittenSpan.ToArray();
            });
            Assert.Equal(input, relayed);
        }
    }

    /// <summary>The payload of a Close goes on byte by byte: none, a code, a code with a reason, the longest one.</summary>
    [Theory]
    [InlineData(null, "")]
    [InlineData(1000, "")]
    [InlineData(1001, "bye")]
    [InlineData(3000, "größe")]
    [InlineData(4999, "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123")]
    public void A_Close_is_written_as_it_came(int? code, string reason)
    {
        ArrayBufferWriter<byte> input = new();
        WebSocketCloseCode sent = code is { } value ? (WebSocketCloseCode)value : WebSocketCloseCode.NoStatusReceived;
        new WebSocketFrameWriter(input, WebSocketRole.Client).WriteClose(sent, reason);
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        Assert.Equal(OperationStatus.Done, decoder.Decode(input.WrittenSpan, out _, out WebSocketFramePart close));
        ArrayBufferWriter<byte> output = new();
        new WebSocketFrameWriter(output, WebSocketRole.Server).WriteFrame(close);
        Assert.Equal((byte[])[0x88, (byte)close.Payload.Length, .. close.Payload], output.WrittenSpan.ToArray());
        Assert.Equal(code is null ? 0 : 2 + System.Text.Encoding.UTF8.GetByteCount(reason), close.Payload.Length);
    }

    [Fact]
    public void A_piece_out_of_place_is_refused()
    {
        byte[] payload = FrameBytes.Payload(20_000);
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Server);
        byte[] bytes = FrameBytes.From(WebSocketRole.Server, WebSocketOpcode.Binary, payload);
        decoder.Decode(bytes.AsSpan(0, 5000), out _, out WebSocketFramePart first);
        decoder.Decode(bytes.AsSpan(5000, 5000), out _, out WebSocketFramePart second);
        WebSocketFrameWriter writer = new(new ArrayBufferWriter<byte>(), WebSocketRole.Server);
        try
        {
            writer.WriteFrame(second);
            Assert.Fail("The first piece is missing.");
        }
        catch (InvalidOperationException)
        {
            writer.WriteFrame(first);
            writer.WriteFrame(second);
        }
    }

    [Fact]
    public void A_part_that_is_whole_can_be_kept()
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Server);
        decoder.Decode([0x89, 0x02, 0x68, 0x69], out _, out WebSocketFramePart ping);
        OwnedWebSocketFrame owned = ping.ToOwned();
        Assert.Equal((ping.Header, 0L, "hi"), (owned.Header, owned.Offset, System.Text.Encoding.ASCII.GetString(owned.Payload.Span)));
    }

    private static byte[] Frames(WebSocketRole sender)
    {
        ArrayBufferWriter<byte> output = new();
        WebSocketFrameWriter writer = new(output, sender, WebSocketReservedBits.Rsv1, () => FrameBytes.Key);
        writer.WriteFrame(WebSocketOpcode.Text, "Hello"u8);
        writer.WriteFrame(WebSocketOpcode.Binary, FrameBytes.Payload(3000), fin: false, WebSocketReservedBits.Rsv1);
        writer.WriteFrame(WebSocketOpcode.Ping, "?"u8);
        writer.WriteFrame(WebSocketOpcode.Continuation, [], fin: false);
        writer.WriteFrame(WebSocketOpcode.Continuation, FrameBytes.Payload(50_000));
        writer.WriteClose(WebSocketCloseCode.GoingAway, "bye");
        return output.WrittenSpan.ToArray();
    }
}
