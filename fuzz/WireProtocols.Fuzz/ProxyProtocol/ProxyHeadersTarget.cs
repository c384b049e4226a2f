using System.Buffers;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Fuzz.ProxyProtocol;

/// <summary>Headers of both versions in pieces that the input chooses, against <see cref="NaiveProxy"/> over the whole.</summary>
public sealed class ProxyHeadersTarget : FuzzTarget
{
    public override string Name => "proxy-headers";

    public override FuzzFormat Format { get; } = new ProxyHeaderFormat(1);

    public override string CodeNamespace => "WireProtocols.ProxyProtocol";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        IReadOnlyList<string> expected = NaiveProxy.Decode(pieces.Rest, ProxyHeaderOptions.Default);
        ProxyRows rows = new();
        using ProxyHeaderDecoder decoder = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            while ((status = decoder.Decode(piece, out int consumed, out ProxyHeader header)) == OperationStatus.Done)
            {
                rows.Add(header);
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
