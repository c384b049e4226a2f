using System.Buffers;
using WireProtocols.Rpc;

namespace WireProtocols.Fuzz.Rpc;

/// <summary>Envelopes of all three protocols in pieces that the input chooses, against <see cref="NaiveRpc"/> over the whole.</summary>
public sealed class RpcEnvelopesTarget : FuzzTarget
{
    private static readonly RpcEnvelopeOptions[] Ways =
    [
        .. from protocol in Enum.GetValues<RpcProtocol>()
           from isResponse in (bool[])[false, true]
           from encoding in (RpcEncoding?[])[null, RpcEncoding.Gzip]
           select new RpcEnvelopeOptions { Protocol = protocol, IsResponse = isResponse, Encoding = encoding },
    ];

    public override string Name => "rpc-envelopes";

    public override FuzzFormat Format { get; } = new EnvelopeFormat(1);

    public override string CodeNamespace => "WireProtocols.Rpc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        foreach (RpcEnvelopeOptions options in Ways)
        {
            InputPieces pieces = new(input);
            IReadOnlyList<string> expected = NaiveRpc.Decode(pieces.Rest, options);
            RpcRows rows = new();
            RpcEnvelopeDecoder decoder = new(options);
            OperationStatus status = OperationStatus.NeedMoreData;
            while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
            {
                while ((status = decoder.Decode(piece, out int consumed, out RpcMessagePart part)) == OperationStatus.Done)
                {
                    rows.Add(part);
                    piece = piece[consumed..];
                }
            }

            if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
            {
                rows.Error(decoder.Error, decoder.ErrorOffset);
            }

            Require(expected.SequenceEqual(rows.Rows), $"\n{string.Join("\n", expected)}\nis not\n{string.Join("\n", rows.Rows)}\n");
        }
    }
}
