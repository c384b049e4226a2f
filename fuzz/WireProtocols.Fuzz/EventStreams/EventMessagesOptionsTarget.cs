using System.Buffers;
using WireProtocols.EventStreams;

namespace WireProtocols.Fuzz.EventStreams;

/// <summary>The decoder of messages under its options, and used again.</summary>
public sealed class EventMessagesOptionsTarget : OptionsTarget
{
    private const int MostHeaders = 1000;

    public override string Name => "event-messages-options";

    public override FuzzFormat Format { get; } = new EventMessageFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.EventStreams";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(new EventMessageOptions
        {
            MaxPayloadLength = Limit(options[0], 0, EventMessageOptions.Default.MaxPayloadLength),
            MaxHeadersLength = Limit(options[1], 0, EventMessageOptions.Default.MaxHeadersLength),
            MaxHeaders = Math.Min(MostHeaders, Limit(options[2], 0, EventMessageOptions.Default.MaxHeaders)),
            AllowEmptyValues = Bit(options[3], 0),
        });

    private sealed class Subject(EventMessageOptions options) : IDecoderUnderOptions
    {
        private readonly EventMessageDecoder _decoder = new(options);

        public Transcript CreateRows() => new EventMessageRows();

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out EventMessagePart part);
            if (status == OperationStatus.Done)
            {
                ((EventMessageRows)rows).Add(part);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");

        public void Reset() => _decoder.Reset();

        public void Dispose() => _decoder.Dispose();
    }
}
