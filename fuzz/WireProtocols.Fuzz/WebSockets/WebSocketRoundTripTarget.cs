using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// What the decoder takes in strictly is canonical, so the writer, given the same frames and keys, makes the same bytes, whichever way it is
/// used. The first byte chooses sender, negotiated bits and way; the rest is frames.
/// </summary>
public sealed class WebSocketRoundTripTarget : FuzzTarget
{
    private const int Ways = 4;

    public override string Name => "websocket-roundtrip";

    public override FuzzFormat Format { get; } = new WebSocketFormat(1);

    public override string CodeNamespace => "WireProtocols.WebSockets";

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        byte choice = input[0];
        WebSocketRole sender = (choice & 1) == 0 ? WebSocketRole.Client : WebSocketRole.Server;
        WebSocketReservedBits reservedBits = (WebSocketReservedBits)((choice >> 1) & 7);
        ReadOnlySpan<byte> frames = input[1..];

        using WebSocketFrameDecoder decoder = new(
            sender, new WebSocketFrameOptions { WholePayloadLength = 1024 * 1024, MaxPayloadLength = 1024 * 1024, ReservedBits = reservedBits });
        ArrayBufferWriter<byte> output = new();
        uint key = 0;
        WebSocketFrameWriter writer = new(output, sender, reservedBits, () => key);
        int way = choice >> 4;
        for (ReadOnlySpan<byte> rest = frames;
            decoder.Decode(rest, out int consumed, out WebSocketFramePart part) == OperationStatus.Done;
            rest = rest[consumed..])
        {
            key = part.Header.MaskingKey;
            Write(writer, part, way++ % Ways);
            RequireHeaderRoundTrip(part.Header, rest);
        }

        Require(
            output.WrittenCount <= frames.Length && output.WrittenSpan.SequenceEqual(frames[..output.WrittenCount]),
            "the same frames are the same bytes");
        Require(decoder.Error != WebSocketProtocolError.None || output.WrittenCount <= decoder.Position);
    }

    private static void Write(WebSocketFrameWriter writer, in WebSocketFramePart part, int way)
    {
        WebSocketFrameHeader header = part.Header;
        int half = part.Payload.Length / 2;
        switch (way)
        {
            case 1:
                writer.WriteFrame(new WebSocketPreparedFrame(header.Opcode, part.Payload, header.Fin, header.ReservedBits));
                break;
            case 2:
                writer.WriteFrame(header.Opcode, new ReadOnlySequence<byte>(part.Payload.ToArray()), header.Fin, header.ReservedBits);
                break;
            case 3 when header.Opcode != WebSocketOpcode.Close:
                writer.BeginFrame(header.Opcode, header.PayloadLength, header.Fin, header.ReservedBits);
                writer.WritePayload(part.Payload[..half]);
                writer.WritePayload(part.Payload[half..]);
                break;
            default:
                writer.WriteFrame(header.Opcode, part.Payload, header.Fin, header.ReservedBits);
                break;
        }
    }

    private static void RequireHeaderRoundTrip(WebSocketFrameHeader header, ReadOnlySpan<byte> bytes)
    {
        Require(WebSocketFrameHeader.Decode(bytes, out WebSocketFrameHeader decoded, out int length, out _) == OperationStatus.Done);
        Require(decoded == header && length == header.HeaderLength);
        Span<byte> encoded = stackalloc byte[WebSocketFrameHeader.MaxLength];
        Require(header.Encode(encoded, out int written) == OperationStatus.Done && encoded[..written].SequenceEqual(bytes[..length]));
        Require(!header.IsMasked || BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - 4)..]) == header.MaskingKey);
    }
}
