using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.Tests.Harness;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class CapsuleReaderTests
{
    [Fact]
    public async Task ReadAll_gathers_capsules_drops_large_ones_and_skips_unknown_types()
    {
        ArrayBufferWriter<byte> output = new();
        CapsuleWriter writer = new(output);
        writer.WriteDatagram(new byte[100]);
        writer.Write(0x17, new byte[50]);
        writer.WriteDatagram([7]);
        writer.WriteStream(4, [8, 9], fin: true);
        writer.WriteClose(3, "done");
        List<OwnedCapsule> capsules = await Trickle.RunAsync(output.WrittenSpan.ToArray(), 3, async pipe =>
        {
            using CapsuleReader reader = new(pipe, new CapsuleOptions { MaxGatheredSize = 20 });
            return await reader.ReadAllAsync().ToListAsync();
        });
        Assert.Equal([CapsuleType.Datagram, CapsuleType.Stream3B, CapsuleType.CloseSession], capsules.Select(c => c.Type));
        Assert.Equal([7], capsules[0].Payload.ToArray());
        Assert.Equal((4, true, "0809"), (capsules[1].StreamId, capsules[1].IsFin, Convert.ToHexString(capsules[1].Payload.Span)));
        Assert.Equal((3u, "done"), (capsules[2].Code, capsules[2].Reason));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using CapsuleReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        ValueTask<bool> waiting = reader.WaitToReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await pipe.Writer.WriteAsync(new byte[] { 0x00, 0x01, 0x61 });
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out CapsulePart capsule));
        Assert.Equal([0x61], capsule.Payload.ToArray());
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task ReadAll_that_was_cancelled_inside_a_capsule_goes_on_with_it()
    {
        Pipe pipe = new();
        using CapsuleReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        await pipe.Writer.WriteAsync(new byte[] { 0x00, 0x04, 1, 2 });
        Task<List<OwnedCapsule>> reading = reader.ReadAllAsync(source.Token).ToListAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pipe.Writer.WriteAsync(new byte[] { 3, 4 });
        await pipe.Writer.CompleteAsync();
        OwnedCapsule capsule = Assert.Single(await reader.ReadAllAsync().ToListAsync());
        Assert.Equal([1, 2, 3, 4], capsule.Payload.ToArray());
    }

    [Fact]
    public async Task A_capsule_that_was_begun_in_pieces_is_not_read_whole()
    {
        Pipe pipe = new();
        using CapsuleReader reader = new(pipe.Reader);
        await pipe.Writer.WriteAsync(new byte[] { 0x00, 0x04, 1, 2 });
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        await pipe.Writer.WriteAsync(new byte[] { 3, 4 });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAllAsync().FirstAsync());
    }

    [Fact]
    public async Task An_end_inside_a_capsule_is_never_clean()
    {
        using CapsuleReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>([0x00, 0x02, 0x61])));
        Assert.True(await reader.WaitToReadAsync());
        while (reader.TryRead(out _))
        {
        }

        WebTransportProtocolException exception = await Assert.ThrowsAsync<WebTransportProtocolException>(async () => await reader.WaitToReadAsync());
        Assert.Equal((WebTransportProtocolError.UnexpectedEnd, 3), (exception.Error, exception.Offset));
        Assert.Equal((WebTransportErrorCode.MessageError, WebTransportErrorScope.Session), (exception.ErrorCode, exception.Scope));
    }

    [Fact]
    public async Task Dispose_gives_unread_bytes_back_to_the_pipe()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync(new byte[] { 0x00, 0x00, 0x00, 0x01, 0x61 });
        using (CapsuleReader reader = new(pipe.Reader))
        {
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out _));
        }

        ReadResult rest = await pipe.Reader.ReadAsync();
        Assert.Equal([0x00, 0x01, 0x61], rest.Buffer.ToArray());
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<byte[], int>((noise, seed) =>
        {
            byte[] input = Splice(noise, seed);
            IReadOnlyList<string> rows
                = new CapsuleSubject(new CapsuleOptions { SkipUnknown = false }).Decode(Segmentation.RandomPieces(input, new Random(seed)));
            return rows.SequenceEqual(NaiveCapsules.Decode(input));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public async Task Reading_datagrams_allocates_nothing()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte[])[0x00, 0x08, 1, 2, 3, 4, 5, 6, 7, 8], 1000).SelectMany(c => c)];
        Queue<CapsuleReader> readers
            = new(Enumerable.Range(0, Allocations.MaxCalls).Select(_ => new CapsuleReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)))));
        foreach (CapsuleReader reader in readers)
        {
            Assert.True(await reader.WaitToReadAsync());
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            using CapsuleReader reader = readers.Dequeue();
            int count = 0;
            while (reader.TryRead(out CapsulePart capsule))
            {
                count += capsule.Payload.Length / 8;
            }

            Assert.True(count == 1000);
        }));
    }

    /// <summary>Noise with the beginnings of capsules in it, since noise alone is nearly always unknown.</summary>
    private static byte[] Splice(byte[] noise, int seed)
    {
        string[] starts
            = ["684306", "990b4d3d01", "990b4d3f08", "990b4d3907", "990b4d3b03", "990b4d3802", "800078ae00", "0003", "1702", "990b4d4202"];
        Random random = new(seed);
        List<byte> bytes = [];
        foreach (byte value in noise)
        {
            if (random.Next(3) == 0)
            {
                bytes.AddRange(Convert.FromHexString(starts[random.Next(starts.Length)]));
            }

            bytes.Add(value);
        }

        return [.. bytes];
    }
}
