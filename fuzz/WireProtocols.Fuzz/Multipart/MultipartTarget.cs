using System.Buffers;
using WireProtocols.Multipart;

namespace WireProtocols.Fuzz.Multipart;

/// <summary>
/// Multipart bodies in pieces that the input chooses, against <see cref="NaiveMultipart"/> over the whole, with the boundary that the format knows
/// and others.
/// </summary>
public sealed class MultipartTarget : FuzzTarget
{
    private static readonly MultipartOptions[] Ways =
    [
        MultipartOptions.Default,
        new() { MaxParts = 2, MaxFields = 1, MaxHeadLength = 20, MaxPartLength = 9, MaxDiscardedLength = 7, AllowMissingEnd = true },
    ];

    private static readonly MultipartBoundary[] Boundaries = [new("b"), new("--"), new("b--b")];

    public override string Name => "multipart";

    public override FuzzFormat Format { get; } = new MultipartFormat(1);

    public override string CodeNamespace => "WireProtocols.Multipart";

    public override void Run(ReadOnlySpan<byte> input)
    {
        foreach (MultipartBoundary boundary in Boundaries)
        {
            foreach (MultipartOptions options in Ways)
            {
                Run(input, boundary, options);
            }
        }
    }

    private static void Run(ReadOnlySpan<byte> input, MultipartBoundary boundary, MultipartOptions options)
    {
        InputPieces pieces = new(input);
        IReadOnlyList<string> expected = NaiveMultipart.Decode(pieces.Rest, boundary.Value, options);
        MultipartRows rows = new();
        using MultipartDecoder decoder = new(boundary, options);
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            while ((status = decoder.Decode(piece, out int consumed, out MultipartSectionPart part)) == OperationStatus.Done)
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
