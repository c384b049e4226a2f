using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Peers that want to exhaust memory or time (RFC 6455 §10.4): what they send costs what the limits allow, and an error names its rule and
/// byte.</summary>
public class WebSocketHostilePeerTests
{
    /// <summary>More than this on the managed heap is not explained by a decoder and its scratch.</summary>
    private const int Little = 128 * 1024;

    private static readonly byte[] TwoToThe62 = [0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];

    [Fact]
    public async Task A_frame_that_announces_2_to_the_62_bytes_is_refused_with_the_last_byte_of_its_length()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using (WebSocketFrameDecoder decoder = new(WebSocketRole.Client))
        {
            Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(TwoToThe62.AsSpan(0, 9), out _, out _));
            Assert.Equal(OperationStatus.InvalidData, decoder.Decode(TwoToThe62.AsSpan(9, 1), out _, out _));
            Assert.Equal((WebSocketProtocolError.FrameTooLarge, 9), (decoder.Error, decoder.ErrorOffset));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Little);
        using WebSocketFrameReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>(TwoToThe62)), WebSocketRole.Client);
        Assert.True(await reader.WaitToReadAsync());
        WebSocketProtocolException exception = Assert.Throws<WebSocketProtocolException>(() => reader.TryRead(out _));
        Assert.Equal(
            ("FrameTooLarge", 9, "RFC 6455 §10.4", WebSocketCloseCode.MessageTooBig),
            (exception.Code, exception.Offset, exception.Section, exception.CloseCode));
        Assert.Contains("byte 9", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_2_to_the_62_bytes_are_allowed_they_stream_through_the_same_scratch()
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client, new WebSocketFrameOptions { MaxPayloadLength = long.MaxValue });
        Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(TwoToThe62, out _, out _));
        byte[] chunk = new byte[64 * 1024];
        long before = GC.GetAllocatedBytesForCurrentThread();
        long received = 0;
        while (received < 32 * 1024 * 1024)
        {
            ReadOnlySpan<byte> rest = chunk;
            while (decoder.Decode(rest, out int consumed, out WebSocketFramePart part) == OperationStatus.Done)
            {
                Assert.True(part.PayloadOffset == received && !part.IsLast && part.Header.PayloadLength == 1L << 62);
                received += part.Payload.Length;
                rest = rest[consumed..];
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Little);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((WebSocketProtocolError.UnexpectedEnd, 14 + received), (decoder.Error, decoder.ErrorOffset));
    }

    [Fact]
    public void Long_control_frames_and_negative_lengths_are_refused_before_their_payload()
    {
        AssertRefused([0x89, 0xFE, 0xFF, 0xFF], WebSocketProtocolError.ControlFrameTooLong, 1);
        AssertRefused([0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], WebSocketProtocolError.LengthTopBitSet, 2);
        AssertRefused([0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], WebSocketProtocolError.FrameTooLarge, 9);
    }

    [Fact]
    public void A_byte_at_a_time_costs_no_more_memory_than_all_at_once()
    {
        byte[] input =
        [
            .. FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(4096)),
            .. FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(70_000)),
            .. FrameBytes.Masked(WebSocketOpcode.Ping, FrameBytes.Payload(125)),
        ];
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long payload = 0;
        for (int i = 0; i < input.Length; i++)
        {
            OperationStatus status = decoder.Decode(input.AsSpan(i, 1), out int consumed, out WebSocketFramePart part);
            Assert.True(consumed == 1 && status is OperationStatus.Done or OperationStatus.NeedMoreData);
            payload += part.Payload.Length;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Little);
        Assert.Equal(4096 + 70_000 + 125, payload);
        Assert.Equal(OperationStatus.Done, decoder.Complete());
    }

    [Theory]
    [InlineData(0x89, WebSocketRole.Server)]
    [InlineData(0x00, WebSocketRole.Client)]
    public async Task Ten_million_empty_frames_cost_no_memory(byte first, WebSocketRole sender)
    {
        // Half of them pings, half of them fragments of a message that never ends; how many fragments are too many is for the message layer to say.
        const int Count = 5_000_000;
        const int Rounds = 10;
        byte[] frame = sender == WebSocketRole.Client ? [first, 0x80, 1, 2, 3, 4] : [first, 0x00];
        byte[] many = [.. Enumerable.Repeat(frame, 10_000).SelectMany(f => f)];
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        using WebSocketFrameReader reader = new(pipe.Reader, sender);
        await pipe.Writer.WriteAsync(FrameBytes.From(sender, WebSocketOpcode.Text, [], fin: false));
        int frames = -1;
        long least = long.MaxValue;
        for (int round = 1; round <= Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (frames < Count / Rounds * round)
            {
                ValueTask<FlushResult> writing = pipe.Writer.WriteAsync(many);
                Assert.True(writing.IsCompletedSuccessfully && await reader.WaitToReadAsync());
                while (reader.TryRead(out WebSocketFramePart part))
                {
                    frames += part.Payload.IsEmpty ? 1 : 0;
                }
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // The least of the rounds: a collection that another test sets off empties the pool that the pipe's segments come from.
        Assert.InRange(least, 0, Little);
        Assert.Equal(Count, frames);
    }

    [Fact]
    public void After_a_close_no_garbage_is_taken_for_data()
    {
        byte[] close = FrameBytes.Plain(WebSocketOpcode.Close, [0x03, 0xE8]);
        for (int first = 0; first < 256; first++)
        {
            using WebSocketFrameDecoder decoder = new(WebSocketRole.Server);
            Assert.Equal(OperationStatus.Done, decoder.Decode(close, out _, out _));
            OperationStatus status
                = decoder.Decode([(byte)first, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], out _, out WebSocketFramePart part);
            if (status == OperationStatus.Done)
            {
                Assert.True(first is 0x88 or 0x89 or 0x8A && part.Header.Opcode.IsControl());
                continue;
            }

            Assert.Equal(OperationStatus.InvalidData, status);
            Assert.Equal(close.Length, decoder.ErrorOffset);
            WebSocketProtocolError expected = (first & 0x70) != 0 ? WebSocketProtocolError.ReservedBitSet
                : (first & 0x0F) is (>= 3 and <= 7) or >= 11 ? WebSocketProtocolError.ReservedOpcode
                : (first & 0x08) != 0 ? WebSocketProtocolError.FragmentedControlFrame
                : WebSocketProtocolError.DataAfterClose;
            Assert.Equal(expected, decoder.Error);
        }
    }

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public async Task A_slow_dribble_of_a_64_MiB_frame_needs_scratch_and_no_more(WebSocketRole sender)
    {
        const int Length = 64 * 1024 * 1024;
        byte[] header =
        [
            0x82, (byte)(sender == WebSocketRole.Client ? 0xFF : 0x7F), 0, 0, 0, 0, 4, 0, 0, 0, .. sender == WebSocketRole.Client
                ? (byte[])[1, 2, 3, 4]
                : [],
        ];
        byte[] drop = new byte[8 * 1024];
        Pipe pipe = new(new PipeOptions(useSynchronizationContext: false));
        using WebSocketFrameReader reader = new(pipe.Reader, sender);
        await pipe.Writer.WriteAsync(header);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long received = 0;
        while (received < Length)
        {
            // The first ten thousand bytes one by one, the rest in drops.
            int size = received < 10_000 ? 1 : (int)Math.Min(drop.Length, Length - received);
            Assert.True(pipe.Writer.WriteAsync(drop.AsMemory(0, size)).IsCompletedSuccessfully);
            Assert.True(await reader.WaitToReadAsync());
            while (reader.TryRead(out WebSocketFramePart part))
            {
                Assert.True(received == part.PayloadOffset);
                received += part.Payload.Length;
                Assert.True(part.IsLast == (received == Length));
            }
        }

        // A collection may trim the pool meanwhile, whose arrays are then made anew.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Length / 16);
        await pipe.Writer.CompleteAsync();
        Assert.False(await reader.WaitToReadAsync());
    }

    [Fact]
    public async Task ReadAll_grows_with_what_has_come_not_with_what_was_announced()
    {
        byte[] header = [0x82, 0x7F, 0, 0, 0, 0, 4, 0, 0, 0];
        Pipe pipe = new(new PipeOptions(useSynchronizationContext: false));
        using WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Server);
        await pipe.Writer.WriteAsync((byte[])[.. header, .. new byte[5000]]);
        await pipe.Writer.CompleteAsync();
        long before = GC.GetAllocatedBytesForCurrentThread();
        WebSocketProtocolException exception
            = await Assert.ThrowsAsync<WebSocketProtocolException>(async () => await reader.ReadAllAsync().ToListAsync());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Little);
        Assert.Equal((WebSocketProtocolError.UnexpectedEnd, 5010), (exception.Error, exception.Offset));
    }

    private static void AssertRefused(byte[] input, WebSocketProtocolError error, long offset)
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode(input, out _, out _));
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
