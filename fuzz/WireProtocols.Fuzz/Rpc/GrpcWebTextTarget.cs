using System.Buffers;
using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>The text form of gRPC-Web in pieces, into room that the input chooses, against <see cref="NaiveText"/> over the whole.</summary>
public sealed class GrpcWebTextTarget : FuzzTarget
{
    public override string Name => "grpc-web-text";

    public override FuzzFormat Format { get; } = new Base64Format(1);

    public override string CodeNamespace => "WireProtocols.Rpc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        byte[] whole = pieces.Rest.ToArray();
        (byte[] expected, RpcProtocolError error, long offset) = NaiveText.Decode(whole);
        GrpcWebTextDecoder decoder = new();
        byte[] room = new byte[3 + (input.IsEmpty ? 0 : input[0] % 40)];
        List<byte> actual = [];
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            do
            {
                status = decoder.Decode(piece, room, out int consumed, out int written);
                actual.AddRange(room.AsSpan(0, written));
                piece = piece[consumed..];
                Require(status != OperationStatus.DestinationTooSmall || written > 0, "a room of three bytes is enough to get on");
            }
            while (status == OperationStatus.DestinationTooSmall);
            Require(status == OperationStatus.InvalidData || piece.IsEmpty, "NeedMoreData takes all in");
        }

        decoder.Complete();
        Require((decoder.Error, decoder.ErrorOffset) == (error, offset), $"{decoder.Error} {decoder.ErrorOffset} is not {error} {offset}");
        Require(expected.AsSpan().SequenceEqual(actual.ToArray()), "the bytes differ");

        ArrayBufferWriter<byte> again = new();
        GrpcWebTextEncoder.Encode(expected, again);
        Require(NaiveText.Decode(again.WrittenSpan).Bytes.AsSpan().SequenceEqual(expected), "what is encoded decodes to itself");
    }
}
