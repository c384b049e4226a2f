using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>The capsule decoder under its options, and used again.</summary>
public sealed class CapsulesOptionsTarget : OptionsTarget
{
    private static readonly WebTransportDialect[] Dialects = Enum.GetValues<WebTransportDialect>();

    public override string Name => "capsules-options";

    public override FuzzFormat Format { get; } = TypedFormat.Capsules(SetupBytes);

    public override string CodeNamespace => "WireProtocols.WebTransport";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new CapsuleOptions
        {
            Dialect = Dialects[options[0] % Dialects.Length],
            Groups = Bit(options[1], 7) ? (CapsuleGroups)(options[1] & 31) : CapsuleGroups.All,
            SkipUnknown = Bit(options[2], 0),
        });

    private sealed class Subject(CapsuleOptions options) : IDecoderUnderOptions
    {
        private readonly CapsuleDecoder _decoder = new(options);

        public Transcript CreateRows() => new CapsuleRows();

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out CapsulePart part);
            if (status == OperationStatus.Done)
            {
                ((CapsuleRows)rows).Add(part);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");

        public void Reset() => _decoder.Reset();

        public void Dispose() => _decoder.Dispose();
    }
}
