using System.Buffers;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// The payload of a Close frame: the codec against <see cref="NaiveClose"/>, back to the same bytes, and in a frame that comes in pieces.
/// </summary>
public sealed class WebSocketCloseTarget : FuzzTarget
{
    public override string Name => "websocket-close";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input[..Math.Min(input.Length, 1 + WebSocketFrameHeader.MaxControlPayloadLength)]);
        ReadOnlySpan<byte> payload = pieces.Rest;
        (WebSocketProtocolError expected, int expectedIndex, int needed) = NaiveClose.Judge(payload, payload.Length);
        OperationStatus status = WebSocketClosePayload.Decode(
            payload, out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out WebSocketProtocolError error, out int index);
        Require(error == expected && index == expectedIndex, $"{expected} {expectedIndex} is not {error} {index}");
        Require(status == (error == WebSocketProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData));
        if (status == OperationStatus.Done)
        {
            Span<byte> again = stackalloc byte[WebSocketFrameHeader.MaxControlPayloadLength];
            int length = WebSocketClosePayload.Encode(code, Encoding.UTF8.GetString(reason), again);
            Require(again[..length].SequenceEqual(payload));
        }

        Decode(pieces, payload.Length, expected, 2 + expectedIndex, 2 + needed);
    }

    private static void Decode(InputPieces pieces, int length, WebSocketProtocolError expected, int offset, int decidedAt)
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Server);
        OperationStatus status = decoder.Decode([0x88, (byte)length], out int fed, out _);
        while (status == OperationStatus.NeedMoreData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            status = decoder.Decode(piece, out _, out _);
            fed += piece.Length;
            Require(
                expected == WebSocketProtocolError.None || (status == OperationStatus.InvalidData) == (fed >= decidedAt),
                "an error is decided with the byte that makes it");
        }

        Require(status == (expected == WebSocketProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData));
        Require(decoder.Error == expected && (expected == WebSocketProtocolError.None || decoder.ErrorOffset == offset));
    }
}
