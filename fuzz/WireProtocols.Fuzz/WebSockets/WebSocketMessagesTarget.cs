using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// The message decoder, in pieces that the input chooses, against the oracle over the whole. The first byte sets it up: bit 0 permessage-deflate,
/// bit 1 no context takeover, bit 2 who sends, bits 3 to 5 how much smaller the window is than 32 KiB, bit 6 that there is no zlib, bit 7 that
/// the limits are small.
/// </summary>
public sealed class WebSocketMessagesTarget : FuzzTarget
{
    private static readonly WebSocketMessageOptions Large
        = new() { MaxMessageLength = 4096, MaxFramePayloadLength = 4096, MaxFragments = 8, MaxEmptyFragments = 2 };
    private static readonly WebSocketMessageOptions Small
        = new() { MaxMessageLength = 130, MaxFramePayloadLength = 140, MaxFragments = 3, MaxEmptyFragments = 0 };
    private static readonly WebSocketDeflatePool WithoutZlib = new(usesZlib: false);

    public override string Name => "websocket-messages";

    public override FuzzFormat Format { get; } = new WebSocketFormat(2);

    public override string CodeNamespace => "WireProtocols.WebSockets";

    public override void Run(ReadOnlySpan<byte> input)
    {
        byte setup = input.IsEmpty ? (byte)0 : input[0];
        input = input.IsEmpty ? input : input[1..];
        WebSocketRole sender = (setup & 4) != 0 ? WebSocketRole.Server : WebSocketRole.Client;
        bool noContext = (setup & 2) != 0;
        int windowBits = WebSocketDeflateParameters.MaxWindowBits - ((setup >> 3) & 7);
        WebSocketDeflateParameters? deflate = (setup & 1) != 0 ? new(noContext, noContext, windowBits, windowBits) : null;

        InputPieces pieces = new(input);
        WebSocketMessageOptions options = (setup & 0x80) != 0 ? Small : Large;
        bool usesZlib = (setup & 0x40) == 0;
        IReadOnlyList<string> expected = new NaiveMessages(sender, options, deflate, usesZlib).Decode(pieces.Rest);
        List<string> actual = Decode(pieces, sender, options, deflate, usesZlib ? WebSocketDeflatePool.Shared : WithoutZlib);
        Require(expected.SequenceEqual(actual), $"it is\n{string.Join('\n', expected)}\nand not\n{string.Join('\n', actual)}");
    }

    private static List<string> Decode(
        InputPieces pieces,
        WebSocketRole sender,
        WebSocketMessageOptions options,
        WebSocketDeflateParameters? deflate,
        WebSocketDeflatePool pool)
    {
        List<string> rows = [];
        List<byte> message = [];
        using WebSocketMessageDecoder decoder = new(sender, options, deflate, pool);
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status == OperationStatus.NeedMoreData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            do
            {
                status = decoder.Decode(piece, out int consumed, out WebSocketMessagePart part);
                piece = piece[consumed..];
                if (status == OperationStatus.Done)
                {
                    Add(rows, message, part, options);
                }
            }
            while (status == OperationStatus.Done);
            Require(status == OperationStatus.InvalidData || piece.IsEmpty, "NeedMoreData has to take in the whole source");
        }

        bool isGood = status == OperationStatus.NeedMoreData && decoder.Complete() == OperationStatus.Done;
        rows.Add(isGood ? $"end {decoder.Position}" : $"error {decoder.Error} {decoder.ErrorOffset}");
        return rows;
    }

    private static void Add(List<string> rows, List<byte> message, WebSocketMessagePart part, WebSocketMessageOptions options)
    {
        if (part.Opcode >= WebSocketOpcode.Close)
        {
            rows.Add($"{part.Opcode} {Convert.ToHexStringLower(part.Payload)}");
            return;
        }

        Require(part.IsFirst == (message.Count == 0) || (!part.IsFirst && part.IsLast), "the first piece is said to be the first");
        message.AddRange(part.Payload);
        Require(message.Count <= options.MaxMessageLength);
        if (part.IsLast)
        {
            rows.Add($"{part.Opcode} {Convert.ToHexStringLower([.. message])}");
            message.Clear();
        }
    }
}
