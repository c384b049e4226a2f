using System.Buffers;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Fuzz.ProxyProtocol;

/// <summary>The decoder of headers under its options, and used again.</summary>
public sealed class ProxyHeadersOptionsTarget : OptionsTarget
{
    public override string Name => "proxy-headers-options";

    public override FuzzFormat Format { get; } = new ProxyHeaderFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.ProxyProtocol";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new ProxyHeaderOptions
        {
            AcceptVersion1 = !Bit(options[0], 0),
            AcceptVersion2 = !Bit(options[0], 1),
            MaxLength = Limit(options[1], ProxyHeader.MaxLineLength, ProxyHeaderOptions.Default.MaxLength),
        });

    private sealed class Subject(ProxyHeaderOptions options) : IDecoderUnderOptions
    {
        private readonly ProxyHeaderDecoder _decoder = new(options);

        public Transcript CreateRows() => new ProxyRows();

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out ProxyHeader header);
            if (status == OperationStatus.Done)
            {
                ((ProxyRows)rows).Add(header);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");

        public void Reset() => _decoder.Reset();

        public void Dispose() => _decoder.Dispose();
    }
}
