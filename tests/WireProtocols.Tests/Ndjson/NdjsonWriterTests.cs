using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.Ndjson;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Ndjson;

public class NdjsonWriterTests
{
    private static readonly NdjsonWriterOptions Sequence = new() { Format = NdjsonFormat.TextSequence };

    [Fact]
    public void A_value_is_one_line_whatever_it_holds()
    {
        Assert.Equal(
            "{\"id\":1,\"name\":\"a\\r\\nb\\u2028\"}\n",
            Write(w => w.Write(new Sample(1, "a\r\nb\u2028"), SampleContext.Default.Sample)));
        Assert.Equal("null\n\"\\n\"\n5\n", Write(w =>
        {
            w.Write(null!, SampleContext.Default.Sample);
            w.Write("\n", SampleContext.Default.String);
            w.Write(5, SampleContext.Default.Int32);
        }));
    }

    [Fact]
    public void Indentation_that_the_options_ask_for_is_ignored()
    {
        JsonSerializerOptions options = new(SampleContext.Default.Options) { WriteIndented = true };
        Assert.Equal(
            "{\"id\":1,\"inner\":{\"id\":2}}\n",
            Write(w => w.Write(new Sample(1, null, new Sample(2)), (JsonTypeInfo<Sample>)options.GetTypeInfo(typeof(Sample)))));
    }

    [Theory]
    [InlineData("{\n}")]
    [InlineData("[1,\r2]")]
    public void A_converter_that_writes_a_line_break_is_refused_and_leaves_no_trace(string raw)
        => Assert.Equal("1\n2\n", Write(w =>
        {
            w.Write(1, SampleContext.Default.Int32);
            Assert.Throws<ArgumentException>(() => w.Write(default, RawInfo(raw)));
            w.Write(2, SampleContext.Default.Int32);
        }));

    [Fact]
    public void A_converter_that_throws_leaves_no_trace()
        => Assert.Equal("1\n2\n", Write(w =>
        {
            w.Write(1, SampleContext.Default.Int32);
            Assert.Throws<InvalidOperationException>(() => w.Write(default, RawInfo(null)));
            w.Write(2, SampleContext.Default.Int32);
        }));

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(300_000)]
    public void A_record_of_any_size_is_whole(int length)
    {
        string name = new('x', length);
        Assert.Equal(
            string.Concat(Enumerable.Repeat($"{{\"id\":1,\"name\":\"{name}\"}}\n", 3)),
            Write(w =>
            {
                for (int i = 0; i < 3; i++)
                {
                    w.Write(new Sample(1, name), SampleContext.Default.Sample);
                }
            }));
    }

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData(" 1 ")]
    [InlineData("\"\\n\"")]
    public void A_raw_record_is_written_as_it_is(string json)
    {
        Assert.Equal(json + "\n", Write(w => w.WriteRaw(Encoding.UTF8.GetBytes(json))));
        Assert.Equal("\u001e" + json + "\n", Write(w => w.WriteRaw(Encoding.UTF8.GetBytes(json)), Sequence));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":2}")]
    [InlineData("1\n")]
    [InlineData("1\r")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nope")]
    [InlineData("1 2")]
    [InlineData("\"\u00ff")]
    public void A_raw_record_that_would_not_be_read_as_one_is_refused(string json)
        => Assert.Equal("", Write(w => Assert.Throws<ArgumentException>(() => w.WriteRaw(Encoding.Latin1.GetBytes(json)))));

    [Fact]
    public void Line_breaks_and_separators_are_refused_even_where_nothing_else_is_checked()
    {
        NdjsonWriterOptions lines = new() { ValidateRaw = false };
        Assert.Equal("nope\n", Write(
            w =>
            {
                w.WriteRaw("nope"u8);
                Assert.Throws<ArgumentException>(() => w.WriteRaw("1\n2"u8));
                Assert.Throws<ArgumentException>(() => w.WriteRaw(""u8));
            },
            lines));
        Assert.Equal("\u001e{\n}\n", Write(
            w =>
            {
                w.WriteRaw("{\n}"u8);
                Assert.Throws<ArgumentException>(() => w.WriteRaw("1\u001e2"u8));
            },
            new NdjsonWriterOptions { ValidateRaw = false, Format = NdjsonFormat.TextSequence }));
    }

    [Fact]
    public void A_sequence_has_a_separator_before_each_text_and_a_line_feed_after_it()
        => Assert.Equal("\u001e1\n\u001e{\"id\":2}\n", Write(
            w =>
            {
                w.Write(1, SampleContext.Default.Int32);
                w.Write(new Sample(2), SampleContext.Default.Sample);
            },
            Sequence));

    [Fact]
    public async Task Each_record_is_flushed_unless_a_threshold_says_otherwise()
    {
        Pipe pipe = new();
        using NdjsonWriter eager = new(pipe.Writer);
        await eager.WriteAsync(1, SampleContext.Default.Int32);
        Assert.Equal("1\n", Take(pipe.Reader));
        using NdjsonWriter patient = new(pipe.Writer, new NdjsonWriterOptions { FlushThreshold = 4 });
        await patient.WriteRawAsync("1"u8.ToArray());
        await patient.WriteRawAsync("2"u8.ToArray());
        Assert.Equal("", Take(pipe.Reader));
        await patient.WriteRawAsync("3"u8.ToArray());
        Assert.Equal("1\n2\n3\n", Take(pipe.Reader));
        await patient.WriteRawAsync("4"u8.ToArray());
        await patient.FlushAsync();
        Assert.Equal("4\n", Take(pipe.Reader));
    }

    [Fact]
    public void Options_refuse_what_makes_no_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NdjsonWriterOptions { FlushThreshold = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NdjsonWriterOptions { MaxDepth = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NdjsonOptions { MaxDepth = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NdjsonOptions { MaxRecordLength = 0 });
    }

    [Fact]
    public void A_record_allocates_nothing()
    {
        Sample sample = new(1, "some name");
        ArrayBufferWriter<byte> output = new(1 << 16);
        using NdjsonWriter writer = new(output);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                output.ResetWrittenCount();
                writer.Write(sample, SampleContext.Default.Sample);
                writer.WriteRaw("{\"id\":1}"u8);
            }
        }));
    }

    private static string Take(PipeReader reader)
    {
        if (!reader.TryRead(out ReadResult result))
        {
            return "";
        }

        string text = Encoding.UTF8.GetString(result.Buffer);
        reader.AdvanceTo(result.Buffer.End);
        return text;
    }

    private static string Write(Action<NdjsonWriter> write, NdjsonWriterOptions? options = null)
    {
        ArrayBufferWriter<byte> output = new();
        using NdjsonWriter writer = new(output, options);
        write(writer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static JsonTypeInfo<DateTime> RawInfo(string? raw)
    {
        JsonSerializerOptions options = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver(), Converters = { new RawConverter(raw) } };
        return (JsonTypeInfo<DateTime>)options.GetTypeInfo(typeof(DateTime));
    }

    /// <summary>Writes what it was told, or half of an object and then throws.</summary>
    private sealed class RawConverter(string? raw) : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => default;

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
        {
            if (raw is null)
            {
                writer.WriteStartObject();
                writer.Flush();
                throw new InvalidOperationException();
            }

            writer.WriteRawValue(raw);
        }
    }
}
