using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using WireProtocols.Http1;
using WireProtocols.Ndjson;

namespace WireProtocols.Tests.Ndjson;

public class NdjsonTypedTests
{
    [Fact]
    public async Task Good_records_before_and_after_a_bad_one_all_arrive()
    {
        const string Input = "{\"id\":1}\n{\"id\":\n{\"id\":\"x\"}\n{}\n{\"id\":5}{\"id\":6}\n\n{\"id\":7,\"inner\":{\"id\":8}}\n";
        List<NdjsonResult<Sample>> results = await ReadAsync(Input);
        Assert.Equal(
            [
                "1: Sample { Id = 1, Name = , Inner =  }",
                "2: InvalidJson at 15",
                "3: InvalidValue at 25",
                "4: InvalidValue at 29",
                "5: InvalidJson at 38",
                "6: EmptyLine at 47",
                "7: Sample { Id = 7, Name = , Inner = Sample { Id = 8, Name = , Inner =  } }",
            ],
            results.Select(r => $"{r.Number}: {(r.IsSuccess ? r.Value!.ToString() : $"{r.Error} at {r.ErrorOffset}")}"));
        Assert.Equal([0L, 9, 16, 27, 30, 47, 48], results.Select(r => r.Offset));
        Assert.Equal("$.id", results[2].Exception!.Path);
    }

    [Fact]
    public async Task The_platform_ends_the_stream_at_a_bad_record_and_loses_good_ones_before_it()
    {
        // What this reader is for: the same input through DeserializeAsyncEnumerable.
        byte[] input = "{\"id\":1}\n{\"id\":2}\nnope\n{\"id\":4}\n"u8.ToArray();
        List<int> platform = [];
        await Assert.ThrowsAnyAsync<JsonException>(async () =>
        {
            IAsyncEnumerable<Sample?> samples = JsonSerializer.DeserializeAsyncEnumerable(
                new MemoryStream(input), SampleContext.Default.Sample, topLevelValues: true);
            await foreach (Sample? sample in samples)
            {
                platform.Add(sample!.Id);
            }
        });
        Assert.Empty(platform);
        List<NdjsonResult<Sample>> ours = await ReadAsync(Encoding.UTF8.GetString(input));
        Assert.Equal([1, 2, 4], ours.Where(r => r.IsSuccess).Select(r => r.Value!.Id));
    }

    [Fact]
    public async Task A_bad_result_throws_when_it_is_asked_for_its_value()
    {
        List<NdjsonResult<Sample>> results = await ReadAsync("{\"id\":1}\n{\"id\":x}\n");
        Assert.Equal(1, results[0].GetValueOrThrow()!.Id);
        NdjsonProtocolException exception = Assert.Throws<NdjsonProtocolException>(() => results[1].GetValueOrThrow());
        Assert.Equal((NdjsonProtocolError.InvalidJson, 15L, 2L), (exception.Error, exception.Offset, exception.Number));
        Assert.Null(exception.InnerException);
    }

    [Fact]
    public async Task Null_is_a_value()
    {
        NdjsonResult<Sample> result = Assert.Single(await ReadAsync("null\n"));
        Assert.True(result.IsSuccess);
        Assert.Null(result.Value);
    }

    [Theory]
    [InlineData("{\"id\":1,\"other\":\"\u00ff\"}\n", NdjsonProtocolError.InvalidUtf8, 17)]
    [InlineData("{\"id\":\r1}\n", NdjsonProtocolError.EmbeddedCarriageReturn, 6)]
    public async Task What_the_serializer_would_pass_over_is_checked(string input, NdjsonProtocolError error, int offset)
    {
        await using Stream stream = new MemoryStream(Encoding.Latin1.GetBytes(input));
        using NdjsonReader reader = new(PipeReader.Create(stream));
        NdjsonResult<Sample> result = await reader.ReadAllAsync(SampleContext.Default.Sample).SingleAsync();
        Assert.Equal((error, (long)offset), (result.Error, result.ErrorOffset));
    }

    [Fact]
    public async Task The_end_of_the_input_inside_a_record_is_the_last_result()
    {
        List<NdjsonResult<Sample>> results = await ReadAsync("{\"id\":1}\n{\"id\":2}");
        Assert.Equal((NdjsonProtocolError.UnexpectedEnd, 17L, 2L), (results[1].Error, results[1].ErrorOffset, results[1].Number));
        results = await ReadAsync("{\"id\":1}\n{\"id\":2}", new NdjsonOptions { AllowUnterminatedLastRecord = true });
        Assert.Equal([1, 2], results.Select(r => r.Value!.Id));
    }

    [Fact]
    public async Task A_sequence_is_read_as_values_and_truncated_numbers_are_not()
    {
        NdjsonOptions options = new() { Format = NdjsonFormat.TextSequence };
        List<string> results = [];
        using NdjsonReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>("\u001e1\n\u001e23\u001e45\n"u8.ToArray())), options);
        await foreach (NdjsonResult<int> result in reader.ReadAllAsync(SampleContext.Default.Int32))
        {
            results.Add(result.IsSuccess ? $"{result.Value}" : $"{result.Error}");
        }

        Assert.Equal(["1", "TruncatedRecord", "45"], results);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task However_it_trickles_the_results_are_the_same(int size)
    {
        byte[] input = "{\"id\":1}\nnope\r\n{\"id\":3}\r\n"u8.ToArray();
        List<string> results = await Trickle.RunAsync(input, size, async pipe =>
        {
            List<string> rows = [];
            using NdjsonReader reader = new(pipe);
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(SampleContext.Default.Sample, out NdjsonResult<Sample> result))
                {
                    rows.Add($"{result.Number} {result.Offset} {result.Error} {result.Value?.Id}");
                }
            }

            return rows;
        });
        Assert.Equal(["1 0 None 1", "2 9 InvalidJson ", "3 15 None 3"], results);
    }

    [Fact]
    public async Task Records_are_read_from_a_chunked_body()
    {
        // The codecs stack: a record that spans three chunks, on the payload's own pipe.
        byte[] body = "6\r\n{\"id\":\r\n1\r\n1\r\nb\r\n}\n{\"id\":2}\n\r\n0\r\n\r\n"u8.ToArray();
        using ChunkedPipeReader payload = new(PipeReader.Create(new ReadOnlySequence<byte>(body)));
        using NdjsonReader reader = new(payload);
        List<int> ids = [];
        await foreach (NdjsonResult<Sample> result in reader.ReadAllAsync(SampleContext.Default.Sample))
        {
            ids.Add(result.GetValueOrThrow()!.Id);
        }

        Assert.Equal([1, 2], ids);
        Assert.True(payload.IsBodyCompleted);
    }

    [Fact]
    public async Task Owned_records_outlive_the_reading()
    {
        using NdjsonReader reader = new(PipeReader.Create(new MemoryStream("1\n22\nx\n"u8.ToArray())), new NdjsonOptions { ContinueOnError = true });
        List<OwnedNdjsonRecord> items = await reader.ReadAllAsync().ToListAsync();
        Assert.Equal(["1", "22", "x"], items.Select(i => Encoding.UTF8.GetString(i.Data.Span)));
        Assert.Equal((3L, 5L, NdjsonProtocolError.InvalidJson, 5L), (items[2].Number, items[2].Offset, items[2].Error, items[2].ErrorOffset));
    }

    [Fact]
    public async Task Cancelling_a_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using NdjsonReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        await pipe.Writer.WriteAsync("{\"id\""u8.ToArray());
        Assert.True(await reader.WaitToReadAsync());
        Assert.False(reader.TryRead(out _));
        ValueTask<bool> pending = reader.WaitToReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);
        await pipe.Writer.WriteAsync(":1}\n"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(SampleContext.Default.Sample, out NdjsonResult<Sample> result));
        Assert.Equal(1, result.Value!.Id);
    }

    private static async Task<List<NdjsonResult<Sample>>> ReadAsync(string input, NdjsonOptions? options = null)
    {
        using NdjsonReader reader = new(PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(input))), options);
        return await reader.ReadAllAsync(SampleContext.Default.Sample).ToListAsync();
    }
}
