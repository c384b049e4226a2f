using System.Buffers;
using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>The decoder of envelopes under its options, and used again.</summary>
public sealed class RpcEnvelopesOptionsTarget : OptionsTarget
{
    private static readonly RpcProtocol[] Protocols = Enum.GetValues<RpcProtocol>();

    public override string Name => "rpc-envelopes-options";

    public override FuzzFormat Format { get; } = new EnvelopeFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.Rpc";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new RpcEnvelopeOptions
        {
            Protocol = Protocols[options[0] % Protocols.Length],
            IsResponse = Bit(options[1], 0),
            Encoding = Bit(options[1], 1) ? RpcEncoding.Gzip : null,
            RequiresEnd = !Bit(options[1], 2),
            MaxMessageLength = Limit(options[2], 0, RpcEnvelopeOptions.Default.MaxMessageLength),
            MaxEndLength = Limit(options[3], 0, RpcEnvelopeOptions.Default.MaxEndLength),
        });

    private sealed class Subject(RpcEnvelopeOptions options) : IDecoderUnderOptions
    {
        private readonly RpcEnvelopeDecoder _decoder = new(options);

        public Transcript CreateRows() => new RpcRows();

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out RpcMessagePart part);
            if (status == OperationStatus.Done)
            {
                ((RpcRows)rows).Add(part);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");

        public void Reset() => _decoder.Reset();

        public void Dispose()
        {
        }
    }
}
