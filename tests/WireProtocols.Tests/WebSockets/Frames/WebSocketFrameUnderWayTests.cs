using System.Buffers;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Frames under way are rented: two decoders never have the same one.</summary>
public class WebSocketFrameUnderWayTests
{
    [Fact]
    public void Decoders_whose_frames_come_byte_by_byte_side_by_side_do_not_mix_them_up()
    {
        const int Count = 5;
        WebSocketFrameDecoder[] decoders = [.. Enumerable.Range(0, Count).Select(_ => new WebSocketFrameDecoder(WebSocketRole.Client))];
        string[] texts = [.. Enumerable.Range(0, Count).Select(i => new string((char)('a' + i), 10 + i))];
        byte[][] inputs = [.. texts.Select(Frames)];
        string[] received = [.. texts.Select(_ => "")];
        for (int at = 0; at < inputs.Max(input => input.Length); at++)
        {
            for (int i = 0; i < Count; i++)
            {
                if (at < inputs[i].Length
                    && decoders[i].Decode(inputs[i].AsSpan(at, 1), out _, out WebSocketFramePart part) == OperationStatus.Done)
                {
                    received[i] += Encoding.ASCII.GetString(part.Payload);
                }
            }
        }

        Assert.Equal(texts.Select(text => text + text), received);
        Assert.All(decoders, decoder => Assert.Equal(OperationStatus.Done, decoder.Complete()));
    }

    [Fact]
    public void A_decoder_that_is_reset_inside_a_frame_begins_anew()
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        byte[] input = Frames("hello");
        for (int length = 0; length < input.Length; length++)
        {
            decoder.Decode(input.AsSpan(0, length), out _, out _);
            decoder.Reset();
            Assert.Equal(OperationStatus.Done, decoder.Complete());
            Assert.Equal(OperationStatus.Done, decoder.Decode(input, out _, out WebSocketFramePart part));
            Assert.Equal("hello"u8, part.Payload);
            decoder.Reset();
        }
    }

    [Fact]
    public void A_frame_that_begins_on_one_thread_and_ends_on_another_costs_no_memory()
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        const int Warmup = 20;
        const int Rounds = 200;
        byte[] input = Frames("hello");
        long allocated = 0;
        int done = 0;
        using SemaphoreSlim mayBegin = new(1);
        using SemaphoreSlim mayEnd = new(0);
        Thread beginner = new(() => Repeat(mayBegin, mayEnd, () => decoder.Decode(input.AsSpan(0, 1), out _, out _)));
        Thread finisher = new(() => Repeat(mayEnd, mayBegin, () =>
        {
            done += decoder.Decode(input.AsSpan(1), out int consumed, out _) == OperationStatus.Done ? 1 : 0;
            done += decoder.Decode(input.AsSpan(1 + consumed), out _, out _) == OperationStatus.Done ? 1 : 0;
            decoder.Decode([], out _, out _);
        }));
        beginner.Start();
        finisher.Start();
        beginner.Join();
        finisher.Join();
        Assert.Equal(2 * (Warmup + Rounds), done);
        Assert.Equal(0, allocated);

        void Repeat(SemaphoreSlim mine, SemaphoreSlim theirs, Action step)
        {
            for (int round = 0; round < Warmup + Rounds; round++)
            {
                mine.Wait();
                long before = GC.GetAllocatedBytesForCurrentThread();
                step();
                Interlocked.Add(ref allocated, round < Warmup ? 0 : GC.GetAllocatedBytesForCurrentThread() - before);
                theirs.Release();
            }
        }
    }

    private static byte[] Frames(string text)
    {
        ArrayBufferWriter<byte> output = new();
        WebSocketFrameWriter writer = new(output, WebSocketRole.Client);
        writer.WriteFrame(WebSocketOpcode.Text, Encoding.ASCII.GetBytes(text));
        writer.BeginFrame(WebSocketOpcode.Text, text.Length);
        foreach (char character in text)
        {
            writer.WritePayload([(byte)character]);
        }

        return output.WrittenSpan.ToArray();
    }
}
