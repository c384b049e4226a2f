using System.Buffers;
using System.Text;
using WireProtocols.Ndjson;

namespace WireProtocols.Fuzz.Ndjson;

/// <summary>The decoder of records under its options, and used again.</summary>
public abstract class NdjsonOptionsTarget(NdjsonFormat records) : OptionsTarget
{
    public override string Name => records == NdjsonFormat.Lines ? "ndjson-options" : "json-seq-options";

    public override FuzzFormat Format { get; } = new RecordFormat(SetupBytes, records == NdjsonFormat.TextSequence);

    public override string CodeNamespace => "WireProtocols.Ndjson";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new NdjsonOptions
        {
            Format = records,
            Validate = !Bit(options[0], 0),
            ContinueOnError = Bit(options[0], 1),
            IgnoreEmptyLines = Bit(options[0], 2),
            AllowByteOrderMark = Bit(options[0], 3),
            AllowUnterminatedLastRecord = Bit(options[0], 4),
            MaxRecordLength = Limit(options[1], 1, 1024 * 1024),
            MaxDepth = Limit(options[2], 1, 64),
        });

    private sealed class Subject(NdjsonOptions options) : IDecoderUnderOptions
    {
        private readonly NdjsonDecoder _decoder = new(options);

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out NdjsonRecord record);
            if (status == OperationStatus.Done)
            {
                Add(record, rows);
            }

            return status;
        }

        public void Complete(Transcript rows)
        {
            if (_decoder.TryDecodeLast(out NdjsonRecord last))
            {
                Add(last, rows);
            }

            rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");
        }

        public void Reset() => _decoder.Reset();

        public void Dispose() => _decoder.Dispose();

        private static void Add(NdjsonRecord record, Transcript rows)
            => rows.Row(
                $"record {record.Number} at {record.Offset}: {Encoding.Latin1.GetString(record.Data)} {record.Error} {record.ErrorOffset}");
    }
}

/// <summary>A record a line.</summary>
public sealed class NdjsonLinesOptionsTarget() : NdjsonOptionsTarget(NdjsonFormat.Lines);

/// <summary>JSON text sequences.</summary>
public sealed class JsonSequenceOptionsTarget() : NdjsonOptionsTarget(NdjsonFormat.TextSequence);
