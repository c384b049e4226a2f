using System.Buffers;
using WireProtocols.Ndjson;

namespace WireProtocols.Fuzz.Ndjson;

/// <summary>
/// The decoder, in pieces that the input chooses and going on after bad records, against <see cref="NaiveNdjson"/> over the whole; and the
/// decoder that stops at the first bad record against the one that goes on.
/// </summary>
public abstract class NdjsonTarget(NdjsonFormat format) : FuzzTarget
{
    public override string Name => format == NdjsonFormat.Lines ? "ndjson" : "json-seq";

    public override FuzzFormat Format { get; } = new RecordFormat(1, format == NdjsonFormat.TextSequence);

    public override string CodeNamespace => "WireProtocols.Ndjson";

    public override void Run(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> whole = new InputPieces(input).Rest;
        List<(long Offset, int Length, bool Good)> expected = format == NdjsonFormat.Lines
            ? NaiveNdjson.ReadLines(whole)
            : NaiveNdjson.ReadSequence(whole);
        Outcome lasting = Read(input, new NdjsonOptions { Format = format, ContinueOnError = true });
        Require(lasting.Error == NdjsonProtocolError.None, "a decoder that goes on never fails");
        Require(lasting.Records.Count == expected.Count, $"the oracle sees {expected.Count} records, not {lasting.Records.Count}");
        for (int index = 0; index < expected.Count; index++)
        {
            (long offset, int length, NdjsonProtocolError error, long errorOffset) = lasting.Records[index];
            Require(offset == expected[index].Offset, $"record {index} begins at {expected[index].Offset}, not {offset}");
            Require((error == NdjsonProtocolError.None) == expected[index].Good, $"record {index} is {error}");
            Require(!expected[index].Good || length == expected[index].Length, $"record {index} has {expected[index].Length} bytes, not {length}");
            Require(error == NdjsonProtocolError.None || (errorOffset >= offset && errorOffset <= whole.Length));
        }

        CheckStrict(Read(input, new NdjsonOptions { Format = format }), lasting);
    }

    private static void CheckStrict(Outcome strict, Outcome lasting)
    {
        int firstBad = lasting.Records.FindIndex(r => r.Error != NdjsonProtocolError.None);
        int good = firstBad < 0 ? lasting.Records.Count : firstBad;
        Require(strict.Records.SequenceEqual(lasting.Records[..good]), "the good records before the first bad one are the same");
        Require(firstBad < 0
            ? strict.Error == NdjsonProtocolError.None
            : (strict.Error, strict.ErrorOffset) == (lasting.Records[firstBad].Error, lasting.Records[firstBad].ErrorOffset));
    }

    private static Outcome Read(ReadOnlySpan<byte> input, NdjsonOptions options)
    {
        InputPieces pieces = new(input);
        ReadOnlySpan<byte> whole = pieces.Rest;
        using NdjsonDecoder decoder = new(options);
        Outcome outcome = new();
        while (pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            if (!Feed(decoder, piece, whole, outcome))
            {
                break;
            }
        }

        if (decoder.TryDecodeLast(out NdjsonRecord last))
        {
            outcome.Add(last, whole);
        }

        outcome.End(decoder);
        return outcome;
    }

    private static bool Feed(NdjsonDecoder decoder, ReadOnlySpan<byte> piece, ReadOnlySpan<byte> whole, Outcome outcome)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(piece, out int consumed, out NdjsonRecord record);
            piece = piece[consumed..];
            if (status != OperationStatus.Done)
            {
                Require(status == OperationStatus.InvalidData || piece.IsEmpty);
                return status != OperationStatus.InvalidData;
            }

            outcome.Add(record, whole);
        }
    }

    private sealed class Outcome
    {
        public List<(long Offset, int Length, NdjsonProtocolError Error, long ErrorOffset)> Records { get; } = [];

        public NdjsonProtocolError Error { get; private set; }

        public long ErrorOffset { get; private set; }

        public void Add(NdjsonRecord record, ReadOnlySpan<byte> whole)
        {
            Require(whole.Slice((int)record.Offset, record.Data.Length).SequenceEqual(record.Data), "a record is the bytes at its offset");
            Records.Add((record.Offset, record.Data.Length, record.Error, record.ErrorOffset));
        }

        public void End(NdjsonDecoder decoder)
            => (Error, ErrorOffset) = decoder.Complete() == OperationStatus.Done ? default : (decoder.Error, decoder.ErrorOffset);
    }
}

/// <summary>A record a line.</summary>
public sealed class NdjsonLinesTarget() : NdjsonTarget(NdjsonFormat.Lines);

/// <summary>JSON text sequences.</summary>
public sealed class JsonSequenceTarget() : NdjsonTarget(NdjsonFormat.TextSequence);
