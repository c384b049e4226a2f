using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.Multipart;
using WireProtocols.Multipart;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Multipart;

public class MultipartReaderTests
{
    private static readonly MultipartBoundary Boundary = new("b");

    [Fact]
    public async Task ReadAll_hands_out_whole_parts()
    {
        byte[] body = "--b\r\nA: 1\r\nb: 2\r\n\r\nhello\r\n--b\r\n\r\n\r\n--b--\r\n"u8.ToArray();
        List<OwnedMultipartSection> sections = await Trickle.RunAsync(body, 3, async pipe =>
        {
            using MultipartReader reader = new(pipe, Boundary);
            return await reader.ReadAllAsync().ToListAsync();
        });
        Assert.Equal(["hello", ""], sections.Select(s => Encoding.UTF8.GetString(s.Body.Span)));
        Assert.Equal([0, 26], sections.Select(s => s.Offset));
        Assert.Equal(("1", "2", null), (sections[0].GetField("a"), sections[0].GetField("B"), sections[0].GetField("c")));
        Assert.Empty(sections[1].Fields);
    }

    [Theory]
    [InlineData("--b\r\nA: x")]
    [InlineData("--b\r\nA: x\r\n\r\nbody\r\n-")]
    [InlineData("--b--")]
    [InlineData("--b\r\n ")]
    public void A_decoder_that_was_disposed_of_begins_anew(string before)
    {
        using MultipartDecoder decoder = new(Boundary);
        ReadOnlySpan<byte> rest = Encoding.ASCII.GetBytes(before);
        while (decoder.Decode(rest, out int consumed, out _) == OperationStatus.Done)
        {
            rest = rest[consumed..];
        }

        decoder.Dispose();
        Assert.Equal((0, MultipartProtocolError.None, false), (decoder.Position, decoder.Error, decoder.HasEnded));
        Assert.Equal(OperationStatus.Done, decoder.Decode("--b\r\nA: y\r\n\r\nhi\r\n--b--"u8, out int length, out MultipartSectionPart part));
        Assert.Equal(("y", "hi"), (part.Fields.ToArray()[0].Value, Encoding.ASCII.GetString(part.Body)));
        Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode("--"u8, out _, out _));
        Assert.Equal(OperationStatus.Done, decoder.Complete());
        Assert.Equal(length + 2, decoder.Position);
    }

    [Fact]
    public async Task A_part_is_handed_on_as_it_comes()
    {
        Pipe pipe = new();
        using MultipartReader reader = new(pipe.Reader, Boundary);
        string[][] expected = [["first [A: 1] "], ["[] 12"], ["[] \r\n-", "last [] 3"]];
        string[] pieces = ["--b\r\nA: 1\r\n\r\n", "12\r\n-", "3\r\n--b"];
        foreach ((string piece, string[] rows) in pieces.Zip(expected))
        {
            await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(piece));
            Assert.True(await reader.WaitToReadAsync());
            Assert.Equal(rows, Drain(reader));
        }
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using MultipartReader reader = new(pipe.Reader, Boundary);
        using CancellationTokenSource source = new();
        await pipe.Writer.WriteAsync("--b\r\n\r\nhel"u8.ToArray());
        Task<List<OwnedMultipartSection>> reading = reader.ReadAllAsync(source.Token).ToListAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pipe.Writer.WriteAsync("lo\r\n--b--"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        OwnedMultipartSection section = Assert.Single(await reader.ReadAllAsync().ToListAsync());
        Assert.Equal("hello", Encoding.ASCII.GetString(section.Body.Span));
    }

    [Fact]
    public async Task A_part_that_was_begun_in_pieces_is_not_read_whole()
    {
        Pipe pipe = new();
        using MultipartReader reader = new(pipe.Reader, Boundary);
        await pipe.Writer.WriteAsync("--b\r\n\r\nhel"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        await pipe.Writer.WriteAsync("lo\r\n--b--"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAllAsync().FirstAsync());
    }

    [Fact]
    public async Task Dispose_gives_unread_bytes_back_to_the_pipe()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync("--b\r\n\r\nx\r\n--b\r\n\r\ny"u8.ToArray());
        using (MultipartReader reader = new(pipe.Reader, Boundary))
        {
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out _));
        }

        ReadResult rest = await pipe.Reader.ReadAsync();
        Assert.Equal("\r\n\r\ny"u8.ToArray(), rest.Buffer.ToArray());
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<int>(seed =>
        {
            Random random = new(seed);
            MultipartOptions options = new()
            {
                MaxParts = random.Next(4) == 0 ? 1 : 100,
                MaxHeadLength = random.Next(4) == 0 ? 12 : 1000,
                MaxFields = random.Next(4) == 0 ? 1 : 100,
                MaxPartLength = random.Next(4) == 0 ? 5 : 10_000,
                MaxDiscardedLength = random.Next(4) == 0 ? 5 : 10_000,
                AllowMissingEnd = random.Next(2) == 0,
            };
            MultipartFormat format = new(0);
            byte[] input = [.. "--b\r\n"u8, .. Enumerable.Range(0, random.Next(1, 8)).SelectMany(_ => format.Create(random))];
            input = input[random.Next(2)..random.Next(2, input.Length + 1)];
            return new MultipartSubject("b", options).Decode(Segmentation.RandomPieces(input, random))
                .SequenceEqual(NaiveMultipart.Decode(input, "b", options));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public async Task Reading_parts_allocates_nothing()
    {
        ReadOnlySequence<byte> bytes = new(
            [.. Enumerable.Repeat("--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"u8.ToArray(), 500).SelectMany(c => c), .. "--b--"u8]);
        Queue<MultipartReader> readers
            = new(Enumerable.Range(0, Allocations.MaxCalls).Select(_ => new MultipartReader(PipeReader.Create(bytes), Boundary)));
        foreach (MultipartReader reader in readers)
        {
            Assert.True(await reader.WaitToReadAsync());
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            using MultipartReader reader = readers.Dequeue();
            int count = 0;
            while (reader.TryRead(out MultipartSectionPart part))
            {
                count += part.IsFirst && part.Fields.TryGet("content-type"u8, out _) ? 1 : 0;
            }

            Assert.True(count == 500);
        }));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\r")]
    [InlineData("\r\n--")]
    public async Task Work_is_linear_in_the_bytes(string repeated)
        => await Work.IsLinearAsync(1000, async (length, work) =>
        {
            string text = string.Concat(Enumerable.Repeat(repeated, length / repeated.Length));
            await Trickle.RunAsync(Encoding.ASCII.GetBytes($"--b\r\n\r\n{text}\r\n--b--"), 7, async pipe =>
            {
                using MultipartReader reader = new(new CountingPipeReader(pipe, work), Boundary);
                return await reader.ReadAllAsync().CountAsync();
            });
        });

    [Fact]
    public void Limits_are_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultipartOptions { MaxParts = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultipartOptions { MaxHeadLength = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultipartOptions { MaxFields = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultipartOptions { MaxPartLength = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultipartOptions { MaxDiscardedLength = -1 });
    }

    private static List<string> Drain(MultipartReader reader)
    {
        List<string> rows = [];
        while (reader.TryRead(out MultipartSectionPart part))
        {
            string fields = string.Join(", ", part.Fields.ToArray().Select(f => $"{f.Name}: {f.Value}"));
            rows.Add($"{(part.IsFirst ? "first " : "")}{(part.IsLast ? "last " : "")}[{fields}] {Encoding.ASCII.GetString(part.Body)}");
            Assert.False(part.Fields.TryGet("b"u8, out _));
        }

        return rows;
    }
}
