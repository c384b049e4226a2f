using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>In the steady state a frame costs no allocation, in neither direction.</summary>
public class WebSocketFrameAllocationTests
{
    private const int Frames = 500;
    private const int Rounds = 25;

    [Theory]
    [InlineData(WebSocketRole.Client, 32)]
    [InlineData(WebSocketRole.Client, 2000)]
    [InlineData(WebSocketRole.Client, 70_000)]
    [InlineData(WebSocketRole.Server, 32)]
    [InlineData(WebSocketRole.Server, 70_000)]
    public void Decoding_a_frame_allocates_nothing(WebSocketRole sender, int length)
    {
        byte[] frame = FrameBytes.From(sender, WebSocketOpcode.Binary, FrameBytes.Payload(length));
        using WebSocketFrameDecoder decoder = new(sender);
        AssertAllocatesNothing(() =>
        {
            // In two pieces, so that scratch is needed, kept and given back each time.
            Feed(decoder, frame.AsSpan(0, frame.Length / 2));
            Feed(decoder, frame.AsSpan(frame.Length / 2));
        });
    }

    [Theory]
    [InlineData(WebSocketRole.Client, 32)]
    [InlineData(WebSocketRole.Client, 2000)]
    [InlineData(WebSocketRole.Server, 32)]
    [InlineData(WebSocketRole.Server, 20_000)]
    public void Reading_and_writing_a_frame_over_a_pipe_allocates_nothing(WebSocketRole sender, int length)
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        WebSocketFrameWriter writer = new(pipe.Writer, sender);
        using WebSocketFrameReader reader = new(pipe.Reader, sender);
        byte[] payload = FrameBytes.Payload(length);
        WebSocketPreparedFrame prepared = new(WebSocketOpcode.Text, payload);
        ReadOnlySequence<byte> sequence = new(payload);
        AssertAllocatesNothing(() =>
        {
            writer.WriteFrame(WebSocketOpcode.Binary, payload);
            writer.WriteFrame(WebSocketOpcode.Binary, sequence);
            writer.WriteFrame(prepared);
            writer.WriteFrame(WebSocketOpcode.Ping, payload.AsSpan(0, 32));
            Assert.True(writer.WriteFrameAsync(WebSocketOpcode.Binary, payload).IsCompletedSuccessfully);
            Assert.True(reader.WaitToReadAsync().Result);
            long total = 0;
            while (reader.TryRead(out WebSocketFramePart part))
            {
                total += part.Payload.Length;
            }

            Assert.True(total == (4 * length) + 32);
        });
    }

    [Theory]
    [InlineData(32)]
    [InlineData(70_000)]
    public void Sending_a_frame_through_a_stream_allocates_nothing(int length)
    {
        WebSocketFrameWriter writer = new(PipeWriter.Create(Stream.Null), WebSocketRole.Server);
        byte[] payload = FrameBytes.Payload(length);
        AssertAllocatesNothing(() => Assert.True(writer.WriteFrameAsync(WebSocketOpcode.Binary, payload).IsCompletedSuccessfully));
    }

#if !DEBUG // Without optimization the compiler makes an object of every async method's state.
    [Fact]
    public async Task A_wait_for_a_frame_that_is_not_there_yet_allocates_nothing()
    {
        Pipe pipe = new(
            new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        WebSocketFrameWriter writer = new(pipe.Writer, WebSocketRole.Server);
        using WebSocketFrameReader reader = new(pipe.Reader, WebSocketRole.Server);
        long read = 0;
        async Task ReadAsync()
        {
            while (await reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (reader.TryRead(out _))
                {
                    read++;
                }
            }
        }

        Task reading = ReadAsync();
        AssertAllocatesNothing(() =>
        {
            // Inline schedulers: the reader runs inside of this flush, to its next wait.
            writer.WriteFrame(WebSocketOpcode.Binary, [1]);
            Assert.True(writer.FlushAsync().IsCompletedSuccessfully);
        });
        await pipe.Writer.CompleteAsync();
        await reading;
        Assert.True(read > Frames);
    }
#endif

    private static void Feed(WebSocketFrameDecoder decoder, ReadOnlySpan<byte> source)
    {
        while (decoder.Decode(source, out int consumed, out _) == OperationStatus.Done)
        {
            source = source[consumed..];
        }
    }

    private static void AssertAllocatesNothing(Action frame)
    {
        for (int i = 0; i < Frames; i++)
        {
            frame();
        }

        // The pool of keys, the pool of arrays and the compiler may each have something to do once more; a steady state has some round without.
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Frames / Rounds; i++)
            {
                frame();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
