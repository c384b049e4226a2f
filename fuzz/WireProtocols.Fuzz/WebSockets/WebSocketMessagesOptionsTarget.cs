using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>The message decoder under its options, and used again.</summary>
public sealed class WebSocketMessagesOptionsTarget : OptionsTarget
{
    private static readonly WebSocketDeflatePool WithoutZlib = new(usesZlib: false);

    public override string Name => "websocket-messages-options";

    public override FuzzFormat Format { get; } = new WebSocketFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.WebSockets";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
    {
        int bits = WebSocketDeflateParameters.MaxWindowBits - (options[1] & 7);
        WebSocketMessageOptions limits = new()
        {
            MaxMessageLength = Limit(options[2], 125, 64 * 1024),
            MaxFramePayloadLength = Limit(options[3], 125, 64 * 1024),
            MaxFragments = Limit(options[4], 1, 1000),
            MaxEmptyFragments = Limit(options[5], 0, 64),
        };
        return new Subject(new WebSocketMessageDecoder(
            Bit(options[0], 0) ? WebSocketRole.Server : WebSocketRole.Client,
            limits,
            Bit(options[0], 1) ? null : new WebSocketDeflateParameters(Bit(options[0], 2), Bit(options[0], 2), bits, bits),
            Bit(options[0], 3) ? WithoutZlib : WebSocketDeflatePool.Shared));
    }

    private sealed class Subject(WebSocketMessageDecoder decoder) : IDecoderUnderOptions
    {
        private readonly List<byte> _message = [];

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = decoder.Decode(source, out consumed, out WebSocketMessagePart part);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            if (part.Opcode >= WebSocketOpcode.Close)
            {
                rows.Row($"{part.Opcode} {Convert.ToHexStringLower(part.Payload)}");
                return status;
            }

            // Whole or not at all: how much of a bad message has been seen depends on the split.
            _message.AddRange(part.Payload);
            if (part.IsLast)
            {
                rows.Row($"{part.Opcode} {Convert.ToHexStringLower([.. _message])}");
                _message.Clear();
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(decoder.Complete() == OperationStatus.Done ? $"end {decoder.Position}" : $"error {decoder.Error} {decoder.ErrorOffset}");

        public void Reset()
        {
            _message.Clear();
            decoder.Reset();
        }

        public void Dispose() => decoder.Dispose();
    }
}
