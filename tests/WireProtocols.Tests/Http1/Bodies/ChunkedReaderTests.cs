using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class ChunkedReaderTests
{
    [Fact]
    public async Task Items_outlive_the_reading_and_the_next_message_stays_in_the_pipe()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync("3;a=b\r\nabc\r\n0\r\nX: y\r\nHost: z\r\n\r\nGET"u8.ToArray());
        using ChunkedReader reader = new(pipe.Reader);
        List<OwnedChunkedElement> items = await reader.ReadAllAsync().ToListAsync();
        Assert.Equal(
            ["Chunk 0 3 0 abc a=b", "Chunk 12 0 0  ", "Trailer 15 0 0  ", "Trailer 21 1 0  "],
            items.Select(i => $"{i.Kind} {i.Offset} {i.Size} {i.Remaining} {Encoding.ASCII.GetString(i.Data.Span)} {i.Extensions}"));
        Assert.Equal([new TrailerField("X", "y", false), new TrailerField("Host", "z", true)], items.Skip(2).Select(i => i.Trailer));
        Assert.True(reader.IsCompleted);
        Assert.Equal((32L, 3L), (reader.Position, reader.BodyLength));
        Assert.False(await reader.WaitToReadAsync());
        Assert.True(pipe.Reader.TryRead(out ReadResult rest));
        Assert.Equal("GET", Encoding.ASCII.GetString(rest.Buffer));
    }

    [Fact]
    public async Task Cancelling_a_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using ChunkedReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        ValueTask<bool> pending = reader.WaitToReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);
        await pipe.Writer.WriteAsync("1\r\nx\r\n"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out ChunkedElement element));
        Assert.Equal(1, element.Size);
    }

    [Fact]
    public async Task Extensions_are_found_by_name()
    {
        using ChunkedReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>("1;Sig=\"a;b\";x;x=2\r\nZ\r\n0\r\n\r\n"u8.ToArray())));
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out ChunkedElement element));
        Assert.True(element.Extensions.TryGet("sig"u8, out ChunkExtension signature));
        Assert.Equal(("a;b", true), (signature.GetValue(), signature.IsQuoted));
        Assert.True(element.Extensions.TryGet("x"u8, out ChunkExtension flag));
        Assert.Null(flag.GetValue());
        Assert.False(element.Extensions.TryGet("y"u8, out _));
    }
}
