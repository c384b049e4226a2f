using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>The frame decoder under its options, and used again.</summary>
public sealed class WebSocketFramesOptionsTarget : OptionsTarget
{
    public override string Name => "websocket-frames-options";

    public override FuzzFormat Format { get; } = new WebSocketFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.WebSockets";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
        => new Subject(Bit(options[0], 0) ? WebSocketRole.Server : WebSocketRole.Client, new WebSocketFrameOptions
        {
            Lenient = Bit(options[0], 1),
            ReservedBits = (WebSocketReservedBits)(options[1] & 7),
            MaxPayloadLength = Limit(options[2], 125, 64 * 1024),
            WholePayloadLength = Math.Min(1024 * 1024, Limit(options[3], 0, 4096)),
        });

    private sealed class Subject(WebSocketRole sender, WebSocketFrameOptions options) : IDecoderUnderOptions
    {
        private readonly WebSocketFrameDecoder _decoder = new(sender, options);

        public Transcript CreateRows() => new FrameRows();

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = _decoder.Decode(source, out consumed, out WebSocketFramePart part);
            if (status == OperationStatus.Done)
            {
                ((FrameRows)rows).Add(part);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(_decoder.Complete() == OperationStatus.Done ? $"end {_decoder.Position}" : $"error {_decoder.Error} {_decoder.ErrorOffset}");

        public void Reset() => _decoder.Reset();

        public void Dispose() => _decoder.Dispose();
    }
}
