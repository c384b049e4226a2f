using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Http1;

/// <summary>The worst inputs there are for each decoder, reader and writer, doubled: the work doubles and does not quadruple.</summary>
public class Http1WorkTests
{
    private static readonly Http1Options Unlimited = new()
    {
        MaxHeadLength = int.MaxValue / 2,
        MaxFieldCount = int.MaxValue / 2,
        MaxFieldLineLength = int.MaxValue / 2,
        MaxStartLineLength = int.MaxValue / 2,
    };

    private static readonly ChunkedOptions UnlimitedBody = new()
    {
        MaxExtensionBytes = int.MaxValue / 2,
        MaxLineLength = int.MaxValue / 2,
        MaxTrailerBytes = int.MaxValue / 2,
        MaxTrailers = int.MaxValue / 2,
    };

    [Theory]
    [InlineData("GET /", "a", " HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /", "%41", " HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: ", "a", "\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX:", " ", "\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", "X:\r\n", "\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ", ",", "chunked\r\n\r\n")]
    public Task Heads_are_offered_once_by_the_pipe_however_small_the_pieces(string begin, string repeated, string end)
        => Work.IsLinearAsync(256, async (length, work) =>
        {
            byte[] input = Input(begin, repeated, end, length);
            Pipe pipe = new();
            using Http1RequestReader reader = new(new CountingPipeReader(pipe.Reader, work), Unlimited);
            Task<OwnedHttp1RequestHead?> reading = reader.ReadAsync().AsTask();
            await WriteBytewiseAsync(pipe.Writer, input);
            Assert.Equal(input, (await reading)!.Bytes.ToArray());
        });

    [Theory]
    [InlineData("1;a=\"", "\\\"", "\"\r\nx\r\n0\r\n\r\n")]
    [InlineData("1", ";a", "\r\nx\r\n0\r\n\r\n")]
    [InlineData("", "1\r\nx\r\n", "0\r\n\r\n")]
    [InlineData("0\r\n", "X: y\r\n", "\r\n")]
    [InlineData("0\r\nX:", " ", "\r\n\r\n")]
    public Task Chunked_bodies_are_offered_once_by_the_pipe_however_small_the_pieces(string begin, string repeated, string end)
        => Work.IsLinearAsync(256, async (length, work) =>
        {
            Pipe pipe = new();
            using ChunkedReader reader = new(new CountingPipeReader(pipe.Reader, work), UnlimitedBody);
            Task reading = Task.Run(async () =>
            {
                await foreach (OwnedChunkedElement element in reader.ReadAllAsync())
                {
                    work.Add(element.Data.Length);
                }
            });
            await WriteBytewiseAsync(pipe.Writer, Input(begin, repeated, end, length));
            await reading;
        });

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(5000)]
    public void What_a_consumer_of_a_chunked_body_keeps_is_copied_once_and_not_at_every_read(int chunk)
        => Work.IsLinear(64, (count, work) =>
        {
            PayloadChain chain = new();
            for (int index = 0; index < count; index++)
            {
                byte[] payload = new byte[chunk];
                if (chunk == 1 && chain.EndsOwned)
                {
                    chain.AppendCopy(payload);
                }
                else
                {
                    chain.Append(payload);
                }

                ReadOnlySequence<byte> all = chain.ToSequence();
                Assert.Equal((index + 1L) * chunk, all.Length);
                chain.Consume(all.Start);
            }

            work.Add(chain.Work);
            chain.Clear();
        });

    [Fact]
    public Task A_body_is_offered_once_by_the_pipe_beneath_though_its_consumer_keeps_everything()
        => Work.IsLinearAsync(256, async (length, work) =>
        {
            Pipe pipe = new();
            using ChunkedPipeReader body = new(new CountingPipeReader(pipe.Reader, work));
            for (int index = 0; index < length; index++)
            {
                await pipe.Writer.WriteAsync("3\r\nabc\r\n"u8.ToArray());
                ReadResult read = await body.ReadAsync();
                Assert.Equal(3 * (index + 1), read.Buffer.Length);
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        });

    [Fact]
    public void A_written_body_costs_what_is_written_and_its_framing()
        => Work.IsLinear(256, (length, work) =>
        {
            ArrayBufferWriter<byte> output = new();
            ChunkedWriter writer = new(output);
            for (int index = 0; index < length; index++)
            {
                writer.Write("a"u8);
                writer.AddTrailer("X"u8, "y"u8);
                work.Add(writer.GetMemory().Length > 0 ? 1 : 0);
            }

            writer.Complete();
            work.Add(output.WrittenCount);
        });

    private static byte[] Input(string begin, string repeated, string end, int length)
        => Encoding.Latin1.GetBytes(begin + string.Concat(Enumerable.Repeat(repeated, length)) + end);

    private static async Task WriteBytewiseAsync(PipeWriter output, byte[] input)
    {
        for (int index = 0; index < input.Length; index++)
        {
            await output.WriteAsync(input.AsMemory(index, 1));
        }

        await output.CompleteAsync();
    }
}
