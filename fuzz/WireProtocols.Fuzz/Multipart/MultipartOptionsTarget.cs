using System.Buffers;
using WireProtocols.Multipart;

namespace WireProtocols.Fuzz.Multipart;

/// <summary>The decoder of multipart bodies under its options, and used again.</summary>
public sealed class MultipartOptionsTarget : OptionsTarget
{
    private static readonly MultipartBoundary Boundary = new("b");

    public override string Name => "multipart-options";

    public override FuzzFormat Format { get; } = new MultipartFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.Multipart";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new MultipartOptions
        {
            MaxParts = Limit(options[0], 0, MultipartOptions.Default.MaxParts),
            MaxHeadLength = Limit(options[1], 0, MultipartOptions.Default.MaxHeadLength),
            MaxFields = Limit(options[2], 0, MultipartOptions.Default.MaxFields),
            MaxPartLength = Limit(options[3], 0, int.MaxValue),
            MaxDiscardedLength = Limit(options[4], 0, MultipartOptions.Default.MaxDiscardedLength),
            AllowMissingEnd = Bit(options[5], 0),
        });

    private sealed class Subject(MultipartOptions options) : IDecoderUnderOptions
    {
        private readonly MultipartDecoder _decoder = new(Boundary, options);

        public Transcript CreateRows() => new MultipartRows();

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out MultipartSectionPart part);
            if (status == OperationStatus.Done)
            {
                ((MultipartRows)rows).Add(part);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");

        public void Reset() => _decoder.Reset();

        public void Dispose() => _decoder.Dispose();
    }
}
