using System.Buffers;
using WireProtocols.JsonRpc;

namespace WireProtocols.Fuzz.JsonRpc;

/// <summary>Messages behind header fields in pieces that the input chooses, against <see cref="NaiveJsonRpc"/> over the whole.</summary>
public sealed class JsonRpcMessagesTarget : FuzzTarget
{
    private static readonly JsonRpcOptions[] Ways =
    [
        new(),
        new() { ContinueOnError = true },
        new() { ContinueOnError = true, AllowBareLineFeed = true, AllowBatch = false, MaxHeaderLength = 64, MaxContentLength = 100 },
    ];

    public override string Name => "json-rpc-messages";

    public override FuzzFormat Format { get; } = new JsonRpcFormat(1);

    public override string CodeNamespace => "WireProtocols.JsonRpc";

    public override void Run(ReadOnlySpan<byte> input)
    {
        foreach (JsonRpcOptions options in Ways)
        {
            InputPieces pieces = new(input);
            IReadOnlyList<string> expected = NaiveJsonRpc.Decode(pieces.Rest, options);
            JsonRpcRows rows = new();
            using JsonRpcDecoder decoder = new(options);
            OperationStatus status = OperationStatus.NeedMoreData;
            while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
            {
                while ((status = decoder.Decode(piece, out int consumed, out JsonRpcMessage message)) == OperationStatus.Done)
                {
                    rows.Add(message);
                    piece = piece[consumed..];
                }
            }

            if (decoder.TryDecodeLast(out JsonRpcMessage last))
            {
                rows.Add(last);
            }

            if (decoder.Complete() == OperationStatus.InvalidData)
            {
                rows.Error(decoder.Error, decoder.ErrorOffset);
            }

            Require(expected.SequenceEqual(rows.Rows), $"\n{string.Join("\n", expected)}\nis not\n{string.Join("\n", rows.Rows)}\n");
        }
    }
}
