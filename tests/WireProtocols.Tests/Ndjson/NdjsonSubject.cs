using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Ndjson;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Ndjson;

/// <summary>The NDJSON decoder and reader under the segmentation harness.</summary>
public sealed class NdjsonSubject(NdjsonOptions? options = null) : IDecoderSubject
{
    /// <summary>Understands a limit or a leniency by each of its names.</summary>
    public static NdjsonSubject For(Vector vector)
    {
        bool Has(string name) => vector.Options.ContainsKey(name);
        int Limit(string name, int standard) => Has(name) ? int.Parse(vector.Options[name], CultureInfo.InvariantCulture) : standard;
        return new NdjsonSubject(new NdjsonOptions
        {
            Format = Has("format") ? NdjsonFormat.TextSequence : NdjsonFormat.Lines,
            MaxRecordLength = Limit("max", NdjsonOptions.Default.MaxRecordLength),
            MaxDepth = Limit("depth", NdjsonOptions.Default.MaxDepth),
            Validate = !Has("validate"),
            ContinueOnError = Has("continue"),
            IgnoreEmptyLines = Has("empty"),
            AllowByteOrderMark = Has("bom"),
            AllowUnterminatedLastRecord = Has("unterminated"),
        });
    }

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using NdjsonDecoder decoder = new(options);
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        Transcript transcript = new();
        using NdjsonReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out NdjsonRecord record))
                {
                    Add(transcript, record);
                }
            }

            transcript.Row($"end {reader.Position}");
        }
        catch (NdjsonProtocolException exception)
        {
            transcript.Row($"error {exception.Error} {exception.Offset} number {exception.Number}");
        }

        return transcript.Rows;
    }

    private static IReadOnlyList<string> Decode(NdjsonDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Transcript transcript = new();
        OperationStatus status = Feed.All<NdjsonRecord>(pieces, decoder.Decode, record => Add(transcript, record));
        if (status == OperationStatus.NeedMoreData && decoder.TryDecodeLast(out NdjsonRecord last))
        {
            Add(transcript, last);
        }

        Assert.False(decoder.TryDecodeLast(out _));
        if (decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            transcript.Row($"error {decoder.Error} {decoder.ErrorOffset} number {decoder.Number}");
        }
        else
        {
            transcript.Row($"end {decoder.Position}");
        }

        return transcript.Rows;
    }

    private static void Add(Transcript transcript, NdjsonRecord record)
    {
        string data = Encoding.Latin1.GetString(record.Data);
        transcript.Row(record.IsValid
            ? $"record {record.Number} {record.Offset} {data}"
            : $"bad {record.Number} {record.Offset} {record.Error} {record.ErrorOffset} {data}");
    }

    private static void AssertSticky(NdjsonDecoder decoder)
    {
        (NdjsonProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.NotEqual("", error.GetRule().Section);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode("1\n"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.False(decoder.TryDecodeLast(out _));
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
