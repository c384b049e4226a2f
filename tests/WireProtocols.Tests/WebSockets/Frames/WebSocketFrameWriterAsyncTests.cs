using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketFrameWriterAsyncTests
{
    private const int Long = 64 * 1024;

    [Theory]
    [InlineData(WebSocketRole.Client, false)]
    [InlineData(WebSocketRole.Client, true)]
    [InlineData(WebSocketRole.Server, false)]
    [InlineData(WebSocketRole.Server, true)]
    public async Task Frames_of_every_size_arrive_over_a_pipe_on_a_stream(WebSocketRole sender, bool handsOn)
    {
        (RecordingStream stream, PipeWriter pipe) = RecordingStream.Create();
        WebSocketFrameWriter writer = new(pipe, sender, nextMaskingKey: () => FrameBytes.Key) { HandsPayloadOn = handsOn };
        List<byte> expected = [];
        foreach (int length in (int[])[0, 5, 200, 16_384, 16_385, 70_000, 1])
        {
            byte[] payload = FrameBytes.Payload(length);
            await writer.WriteFrameAsync(WebSocketOpcode.Binary, payload);
            expected.AddRange(FrameBytes.From(sender, WebSocketOpcode.Binary, payload));
            Assert.Equal([.. expected], stream.ToArray());
        }
    }

    [Fact]
    public async Task A_long_payload_that_is_handed_on_goes_to_the_stream_as_it_is()
    {
        (RecordingStream stream, PipeWriter pipe) = RecordingStream.Create();
        await new WebSocketFrameWriter(pipe, WebSocketRole.Server) { HandsPayloadOn = true }.WriteFrameAsync(WebSocketOpcode.Binary, new byte[Long]);
        Assert.Equal([10, Long], stream.Writes);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(Long)]
    public async Task Without_a_pipe_nothing_is_written_nor_flushed(int length)
    {
        ArrayBufferWriter<byte> output = new();
        WebSocketFrameWriter writer = new(output, WebSocketRole.Server);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteFrameAsync(WebSocketOpcode.Binary, new byte[length]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.FlushAsync());
        Assert.Equal(0, output.WrittenCount);
        writer.WriteFrame(WebSocketOpcode.Text, []);
        Assert.Equal(2, output.WrittenCount);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(Long)]
    public async Task An_illegal_frame_throws_before_a_byte(int length)
    {
        (RecordingStream stream, PipeWriter pipe) = RecordingStream.Create();
        WebSocketFrameWriter writer = new(pipe, WebSocketRole.Server);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteFrameAsync(WebSocketOpcode.Continuation, new byte[length]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await writer.WriteFrameAsync((WebSocketOpcode)3, new byte[length]));
        await pipe.FlushAsync();
        Assert.Empty(stream.ToArray());
    }

    [Fact]
    public async Task A_frame_is_not_begun_when_it_is_cancelled_before()
    {
        (RecordingStream stream, PipeWriter pipe) = RecordingStream.Create();
        WebSocketFrameWriter writer = new(pipe, WebSocketRole.Server);
        foreach (int length in (int[])[5, Long])
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await writer.WriteFrameAsync(
                    WebSocketOpcode.Binary, new byte[length], cancellationToken: new CancellationToken(canceled: true)));
        }

        await writer.WriteFrameAsync(WebSocketOpcode.Binary, new byte[] { 7 });
        Assert.Equal("820107", Convert.ToHexString(stream.ToArray()));
    }

    [Fact]
    public async Task After_a_frame_was_torn_off_in_a_stream_no_other_is_put_into_its_payload()
    {
        StallingStream stream = new(writesToPass: 1);
        WebSocketFrameWriter writer = new(PipeWriter.Create(stream), WebSocketRole.Server) { HandsPayloadOn = true };
        using CancellationTokenSource source = new();
        ValueTask<FlushResult> writing = writer.WriteFrameAsync(WebSocketOpcode.Binary, new byte[Long], cancellationToken: source.Token);
        await stream.Stalled.Task;
        Assert.Throws<InvalidOperationException>(() => writer.WriteFrame(WebSocketOpcode.Ping, []));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writing);
        Assert.Throws<InvalidOperationException>(() => writer.WriteFrame(WebSocketOpcode.Ping, []));
        Assert.Throws<InvalidOperationException>(() => writer.WritePayload(new byte[1]));
    }

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public async Task A_cancelled_wait_for_room_in_a_pipe_loses_nothing(WebSocketRole sender)
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500, useSynchronizationContext: false));
        WebSocketFrameWriter writer = new(pipe.Writer, sender);
        using CancellationTokenSource source = new();
        ValueTask<FlushResult> writing = writer.WriteFrameAsync(WebSocketOpcode.Binary, FrameBytes.Payload(Long), cancellationToken: source.Token);
        Assert.False(writing.IsCompleted);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writing);

        writer.WriteClose(WebSocketCloseCode.GoingAway);
        await pipe.Writer.CompleteAsync();
        using WebSocketFrameReader reader = new(pipe.Reader, sender);
        List<OwnedWebSocketFrame> frames = await reader.ReadAllAsync().ToListAsync();
        Assert.Equal([WebSocketOpcode.Binary, WebSocketOpcode.Close], frames.Select(f => f.Header.Opcode));
        Assert.Equal(FrameBytes.Payload(Long), frames[0].Payload.ToArray());
    }
}
