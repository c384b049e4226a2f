using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// The frame decoder, in pieces and with options that the input chooses, against <see cref="NaiveFrames"/> over the whole. The first byte is
/// the options, the second the plan of <see cref="InputPieces"/>, the rest frames.
/// </summary>
public sealed class WebSocketFramesTarget : FuzzTarget
{
    public override string Name => "websocket-frames";

    public override FuzzFormat Format { get; } = new WebSocketFormat(2);

    public override string CodeNamespace => "WireProtocols.WebSockets";

    /// <summary>
    /// Bit 0: a server sends; bit 1: lenient; bits 2 to 4: RSV1-3 that are negotiated; bit 5: a small limit; bits 6 and 7: what comes whole.
    /// </summary>
    public static (WebSocketRole Sender, WebSocketFrameOptions Options) OptionsOf(byte value)
        => ((value & 1) == 0 ? WebSocketRole.Client : WebSocketRole.Server, new WebSocketFrameOptions
        {
            Lenient = (value & 2) != 0,
            ReservedBits = (WebSocketReservedBits)((value >> 2) & 7),
            MaxPayloadLength = (value & 32) != 0 ? 200 : 1024 * 1024,
            WholePayloadLength = (value >> 6) switch { 0 => 4096, 1 => 0, 2 => 300, _ => 40_000 },
        });

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        (WebSocketRole sender, WebSocketFrameOptions options) = OptionsOf(input[0]);
        InputPieces pieces = new(input[1..]);
        IReadOnlyList<string> expected = NaiveFrames.Decode(pieces.Rest, sender, options, out int decidedAt);
        bool endDecides
            = !expected[^1].StartsWith("error", StringComparison.Ordinal) || expected[^1].Contains("UnexpectedEnd", StringComparison.Ordinal);
        IReadOnlyList<string> actual = Decode(pieces, sender, options, endDecides ? int.MaxValue : decidedAt);
        Require(expected.SequenceEqual(actual), $"\n{string.Join("\n", expected)}\nis not\n{string.Join("\n", actual)}\n");
    }

    private static IReadOnlyList<string> Decode(InputPieces pieces, WebSocketRole sender, WebSocketFrameOptions options, int decidedAt)
    {
        FrameRows rows = new();
        using WebSocketFrameDecoder decoder = new(sender, options);
        OperationStatus status = OperationStatus.NeedMoreData;
        int fed = 0;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            fed += piece.Length;
            status = Feed(decoder, piece, rows, options);
            Require(decoder.Position <= fed);
            Require(status == OperationStatus.InvalidData || decoder.Position == fed, "NeedMoreData takes in all there is");
            Require(status == OperationStatus.InvalidData || decoder.Error == WebSocketProtocolError.None);
            Require((status == OperationStatus.InvalidData) == (fed >= decidedAt), $"the error is certain after {decidedAt} bytes, not after {fed}");
        }

        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }
        else
        {
            rows.End(decoder.Position);
        }

        return rows.Rows;
    }

    private static OperationStatus Feed(WebSocketFrameDecoder decoder, ReadOnlySpan<byte> piece, FrameRows rows, WebSocketFrameOptions options)
    {
        while (true)
        {
            long before = decoder.Position;
            OperationStatus status = decoder.Decode(piece, out int consumed, out WebSocketFramePart part);
            Require(decoder.Position == before + consumed && consumed <= piece.Length);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            bool isShort = part.Header.PayloadLength <= (
                part.Header.Opcode.IsControl() ? Math.Max(125, options.WholePayloadLength) : options.WholePayloadLength);
            Require(!isShort || (part.IsFirst && part.IsLast), "a short payload comes whole");
            Require(!part.Payload.IsEmpty || part.Header.PayloadLength == 0, "no piece is empty");
            rows.Add(part);
            piece = piece[consumed..];
        }
    }
}
