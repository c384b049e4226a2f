using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

/// <summary>A relay hands chunks on as they were cut, with their extensions and trailers, and holds none of them back.</summary>
public class ChunkedRelayTests
{
    private const string Body
        = "5\r\nHello\r\n1;sig=\"a;b\";last\r\n,\r\n10\r\n0123456789abcdef\r\n0;end\r\nX-Sum: 7\r\nX-Empty: \r\n\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Chunks_go_on_as_they_were_cut(int step)
        => Assert.Equal(Body, await Trickle.RunAsync(Encoding.ASCII.GetBytes(Body), step, async input =>
        {
            ArrayBufferWriter<byte> output = new();
            ChunkedWriter writer = new(output);
            using ChunkedReader reader = new(input);
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out ChunkedElement element))
                {
                    writer.WriteElement(element);
                }

                await writer.FlushAsync();
            }

            await writer.CompleteAsync();
            return Encoding.ASCII.GetString(output.WrittenSpan);
        }));

    [Fact]
    public void The_data_that_is_there_of_a_chunk_goes_on_before_the_rest_has_come()
    {
        ArrayBufferWriter<byte> output = new();
        ChunkedWriter writer = new(output);
        using ChunkedDecoder decoder = new();
        decoder.Decode("ff;a=b\r\nabc"u8, out _, out ChunkedElement element);
        writer.WriteElement(element);
        Assert.Equal("ff;a=b\r\nabc", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Inside_a_chunk_only_its_next_piece_can_be_written()
    {
        ChunkedWriter writer = new(new ArrayBufferWriter<byte>());
        using ChunkedDecoder decoder = new();
        decoder.Decode("8\r\nab"u8, out _, out ChunkedElement first);
        writer.WriteElement(first);
        decoder.Decode("cd"u8, out _, out _);
        Assert.Throws<InvalidOperationException>(() => writer.WriteChunk("x"u8));
        Assert.Throws<InvalidOperationException>(() => writer.Write("x"u8));
        Assert.Throws<InvalidOperationException>(() => writer.Complete());
        Assert.Throws<InvalidOperationException>(() => writer.AddTrailer("A", "b"));
        decoder.Decode("efgh\r\n"u8, out _, out ChunkedElement third);
        try
        {
            writer.WriteElement(third);
            Assert.Fail("The second piece is missing.");
        }
        catch (InvalidOperationException)
        {
            // A body that is cut short stays so.
            writer.Complete(new IOException());
        }
    }

    [Fact]
    public void The_end_that_a_decoder_hands_out_ends_the_body()
    {
        ArrayBufferWriter<byte> output = new();
        ChunkedWriter writer = new(output);
        using ChunkedDecoder decoder = new();
        ReadOnlySpan<byte> rest = Encoding.ASCII.GetBytes(Body);
        while (!decoder.IsCompleted)
        {
            Assert.Equal(OperationStatus.Done, decoder.Decode(rest, out int consumed, out ChunkedElement element));
            writer.WriteElement(element);
            rest = rest[consumed..];
        }

        Assert.Equal(Body, Encoding.ASCII.GetString(output.WrittenSpan));
    }
}
