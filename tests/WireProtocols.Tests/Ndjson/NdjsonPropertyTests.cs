using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Ndjson;

namespace WireProtocols.Tests.Ndjson;

public class NdjsonPropertyTests
{
    [Theory]
    [InlineData(NdjsonFormat.Lines)]
    [InlineData(NdjsonFormat.TextSequence)]
    public void Strings_that_are_written_are_read(NdjsonFormat format)
        => Prop.ForAll(ArbMap.Default.ArbFor<string?[]>(), texts =>
        {
            byte[] written = Write(texts, format);
            return Read(written, format).SequenceEqual(texts.Select(t => JsonSerializer.Serialize(t)));
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData(NdjsonFormat.Lines)]
    [InlineData(NdjsonFormat.TextSequence)]
    public void Canonical_input_is_written_as_it_was_read(NdjsonFormat format)
        => Prop.ForAll(ArbMap.Default.ArbFor<string?[]>(), texts =>
        {
            byte[] written = Write(texts, format);
            ArrayBufferWriter<byte> output = new();
            using NdjsonWriter writer = new(output, new NdjsonWriterOptions { Format = format });
            foreach (string record in Read(written, format))
            {
                writer.WriteRaw(Encoding.UTF8.GetBytes(record));
            }

            return output.WrittenSpan.SequenceEqual(written);
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData(NdjsonFormat.Lines)]
    [InlineData(NdjsonFormat.TextSequence)]
    public void Any_bytes_are_records_or_fail_with_an_error_of_the_protocol_inside_of_them(NdjsonFormat format)
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            using NdjsonDecoder decoder = new(new NdjsonOptions { Format = format });
            ReadOnlySpan<byte> source = bytes;
            while (decoder.Decode(source, out int consumed, out _) == OperationStatus.Done)
            {
                source = source[consumed..];
            }

            decoder.TryDecodeLast(out _);
            return decoder.Complete() == OperationStatus.Done
                || (decoder.Error != NdjsonProtocolError.None && decoder.ErrorOffset >= 0 && decoder.ErrorOffset <= bytes.Length);
        }).Check(Config.QuickThrowOnFailure);

    private static byte[] Write(string?[] texts, NdjsonFormat format)
    {
        ArrayBufferWriter<byte> output = new();
        using NdjsonWriter writer = new(output, new NdjsonWriterOptions { Format = format });
        foreach (string? text in texts)
        {
            writer.Write(text!, SampleContext.Default.String);
        }

        return output.WrittenSpan.ToArray();
    }

    private static List<string> Read(byte[] input, NdjsonFormat format)
    {
        List<string> records = [];
        using NdjsonDecoder decoder = new(new NdjsonOptions { Format = format });
        ReadOnlySpan<byte> source = input;
        while (decoder.Decode(source, out int consumed, out NdjsonRecord record) == OperationStatus.Done)
        {
            records.Add(Encoding.UTF8.GetString(record.Data));
            source = source[consumed..];
        }

        Assert.Equal(OperationStatus.Done, decoder.Complete());
        return records;
    }
}
