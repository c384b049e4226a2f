using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Tests.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketFrameReaderTests
{
    private static readonly byte[] Hello = FrameBytes.Masked(WebSocketOpcode.Text, "Hello"u8.ToArray());

    [Fact]
    public async Task A_cancelled_wait_leaves_the_reader_usable_even_inside_a_frame()
    {
        Pipe pipe = new();
        using WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Client);
        for (int cut = 0; cut < Hello.Length; cut++)
        {
            await pipe.Writer.WriteAsync(Hello.AsMemory(0, cut));
            if (cut > 0)
            {
                Assert.True(await reader.WaitToReadAsync());
                Assert.False(reader.TryRead(out _));
            }

            using CancellationTokenSource source = new();
            ValueTask<bool> waiting = reader.WaitToReadAsync(source.Token);
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
            Assert.False(reader.TryRead(out _));

            pipe.Reader.CancelPendingRead();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.WaitToReadAsync());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.WaitToReadAsync(new CancellationToken(canceled: true)));

            await pipe.Writer.WriteAsync(Hello.AsMemory(cut));
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out WebSocketFramePart part));
            Assert.Equal("Hello"u8, part.Payload);
            Assert.False(reader.TryRead(out _));
        }
    }

    [Fact]
    public async Task Dispose_leaves_what_was_not_read_in_the_pipe()
    {
        Pipe pipe = new();
        byte[] rest = [.. FrameBytes.Masked(WebSocketOpcode.Binary, [1, 2]), 0x47, 0x45, 0x54];
        await pipe.Writer.WriteAsync((byte[])[.. Hello, .. rest]);
        WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Client);
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        Assert.Equal(Hello.Length, reader.Position);
        reader.Dispose();
        reader.Dispose();
        Assert.True(pipe.Reader.TryRead(out ReadResult result));
        Assert.Equal(rest, result.Buffer.ToArray());
    }

    [Fact]
    public async Task A_second_reader_goes_on_where_the_first_was_disposed()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync((byte[])[.. Hello, .. Hello]);
        for (int round = 0; round < 2; round++)
        {
            using WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Client);
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out WebSocketFramePart part));
            Assert.Equal("Hello"u8, part.Payload);
        }
    }

    [Fact]
    public async Task A_reader_disposed_inside_a_payload_makes_nothing_up()
    {
        Pipe pipe = new();
        WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Client);
        await pipe.Writer.WriteAsync(Hello.AsMemory(0, 8));
        Assert.True(await reader.WaitToReadAsync());
        Assert.False(reader.TryRead(out _));
        reader.Dispose();
        await pipe.Writer.WriteAsync(Hello.AsMemory(8));
        Assert.True(await reader.WaitToReadAsync());
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(out _));
    }

    [Fact]
    public async Task Waiting_again_before_all_is_read_answers_at_once()
    {
        using WebSocketFrameReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>((byte[])[.. Hello, .. Hello])), WebSocketRole.Client);
        Assert.False(reader.TryRead(out _));
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        Assert.True(await reader.WaitToReadAsync());
        Assert.False(reader.TryRead(out _));
        Assert.False(await reader.WaitToReadAsync());
        Assert.False(await reader.WaitToReadAsync());
    }

    [Fact]
    public async Task An_end_inside_a_frame_is_an_error_of_the_wait_however_often_it_is_asked()
    {
        for (int cut = 1; cut < Hello.Length; cut++)
        {
            using WebSocketFrameReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>(Hello, 0, cut)), WebSocketRole.Client);
            Assert.True(await reader.WaitToReadAsync());
            Assert.False(reader.TryRead(out _));
            for (int round = 0; round < 2; round++)
            {
                ValueTask<bool> waiting = reader.WaitToReadAsync();
                WebSocketProtocolException exception = await Assert.ThrowsAsync<WebSocketProtocolException>(async () => await waiting);
                Assert.Equal(
                    (WebSocketProtocolError.UnexpectedEnd, cut, WebSocketCloseCode.AbnormalClosure),
                    (exception.Error, exception.Offset, exception.CloseCode));
            }
        }
    }

    [Fact]
    public async Task An_error_comes_after_all_that_was_good_and_stays()
    {
        using WebSocketFrameReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>((byte[])[.. Hello, 0x81, 0x05])), WebSocketRole.Client);
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        for (int round = 0; round < 2; round++)
        {
            WebSocketProtocolException exception = Assert.Throws<WebSocketProtocolException>(() => reader.TryRead(out _));
            Assert.Equal((WebSocketProtocolError.MaskMissing, Hello.Length + 1), (exception.Error, exception.Offset));
            Assert.Equal(
                ("MaskMissing", "RFC 6455 §5.1", WebSocketCloseCode.ProtocolError), (exception.Code, exception.Section, exception.CloseCode));
            Assert.True(await reader.WaitToReadAsync());
        }
    }

    [Fact]
    public async Task ReadAll_hands_out_whole_frames_that_may_be_kept()
    {
        byte[][] payloads = [FrameBytes.Payload(5), [], FrameBytes.Payload(5000), FrameBytes.Payload(70_000), FrameBytes.Payload(3)];
        byte[] input = [.. payloads.SelectMany(p => FrameBytes.Masked(WebSocketOpcode.Binary, p))];
        List<OwnedWebSocketFrame> frames = await Trickle.RunAsync(input, 999, async pipe =>
        {
            using WebSocketFrameReader reader = new(pipe, WebSocketRole.Client);
            return await reader.ReadAllAsync().ToListAsync();
        });
        Assert.Equal(payloads, frames.Select(f => f.Payload.ToArray()));
        long offset = 0;
        foreach (OwnedWebSocketFrame frame in frames)
        {
            Assert.Equal(offset, frame.Offset);
            offset += frame.Header.HeaderLength + frame.Header.PayloadLength;
        }
    }

    [Fact]
    public async Task ReadAll_goes_on_inside_the_frame_where_it_was_cancelled()
    {
        Pipe pipe = new();
        using WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Client);
        byte[] payload = FrameBytes.Payload(10_000);
        byte[] frame = FrameBytes.Masked(WebSocketOpcode.Binary, payload);
        await pipe.Writer.WriteAsync(frame.AsMemory(0, 6000));
        using CancellationTokenSource source = new();
        Task<List<OwnedWebSocketFrame>> reading = reader.ReadAllAsync(source.Token).ToListAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        await pipe.Writer.WriteAsync(frame.AsMemory(6000));
        await pipe.Writer.CompleteAsync();
        OwnedWebSocketFrame read = Assert.Single(await reader.ReadAllAsync().ToListAsync());
        Assert.Equal(payload, read.Payload.ToArray());
    }

    [Fact]
    public async Task ReadAll_does_not_make_a_frame_of_the_rest_of_one()
    {
        Pipe pipe = new();
        using WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Client);
        byte[] frame = FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(10_000));
        await pipe.Writer.WriteAsync(frame.AsMemory(0, 6000));
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out WebSocketFramePart part));
        Assert.False(part.IsLast);
        await pipe.Writer.WriteAsync(frame.AsMemory(6000));
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAllAsync().ToListAsync());
    }

    [Fact]
    public async Task ReadAll_refuses_a_frame_that_no_array_can_hold()
    {
        Pipe pipe = new();
        using WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Server, new WebSocketFrameOptions { MaxPayloadLength = long.MaxValue });
        await pipe.Writer.WriteAsync((byte[])[0x82, 0x00, 0x82, 0x7F, 0, 0, 0, 0, 0x80, 0, 0, 0, 1]);
        WebSocketProtocolException exception
            = await Assert.ThrowsAsync<WebSocketProtocolException>(async () => await reader.ReadAllAsync().ToListAsync());
        Assert.Equal((WebSocketProtocolError.FrameTooLarge, 11), (exception.Error, exception.Offset));
    }

    [Fact]
    public async Task Segments_of_memory_that_is_no_array_are_read_like_any_other()
    {
        byte[] payload = FrameBytes.Payload(1000);
        byte[] input =
        [
            .. Hello, .. FrameBytes.Masked(WebSocketOpcode.Binary, payload), .. Hello,
            .. FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(5000)),
        ];
        WebSocketFrameSubject subject = new(WebSocketRole.Client);
        IReadOnlyList<string> expected = subject.Decode([input]);
        for (int seed = 0; seed < 30; seed++)
        {
            List<UnmanagedBytes> memories = [.. Segmentation.RandomPieces(input, new Random(seed)).Select(p => new UnmanagedBytes(p.Span))];

            // Every other segment is an array, so that the reader changes from one kind to the other and back.
            IEnumerable<ReadOnlyMemory<byte>> mixed = memories.Select((m, i) => i % 2 == 0 ? m.Memory : (ReadOnlyMemory<byte>)m.Memory.ToArray());
            Assert.Equal(expected, await subject.ReadAsync(PipeReader.Create(Segments.Create(mixed))));
            memories.ForEach(m => ((IDisposable)m).Dispose());
        }
    }

    [Fact]
    public async Task Slices_of_longer_arrays_are_read_where_they_begin()
    {
        byte[] array = [0xFF, 0xFF, .. Hello, .. Hello, 0xFF];
        ReadOnlyMemory<byte> memory = array.AsMemory(2, 2 * Hello.Length);
        using WebSocketFrameReader reader = new(PipeReader.Create(Segments.Create([memory[..13], memory[13..]])), WebSocketRole.Client);
        List<OwnedWebSocketFrame> frames = await reader.ReadAllAsync().ToListAsync();
        Assert.Equal([0L, Hello.Length], frames.Select(f => f.Offset));
        Assert.All(frames, f => Assert.Equal("Hello"u8.ToArray(), f.Payload.ToArray()));
    }

    [Fact]
    public void A_reader_needs_a_pipe()
        => Assert.Throws<ArgumentNullException>(() => new WebSocketFrameReader(null!, WebSocketRole.Client));
}
