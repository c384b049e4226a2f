using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>Capsules in pieces that the input chooses, against <see cref="NaiveCapsules"/> over the whole; unknown types never matter.</summary>
public sealed class CapsulesTarget : FuzzTarget
{
    private static readonly CapsuleOptions Everything = new() { SkipUnknown = false };
    private static readonly CapsuleOptions Nothing = new() { Groups = CapsuleGroups.None };

    public override string Name => "capsules";

    public override FuzzFormat Format { get; } = TypedFormat.Capsules(1);

    public override string CodeNamespace => "WireProtocols.WebTransport";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        IReadOnlyList<string> expected = NaiveCapsules.Decode(pieces.Rest);
        IReadOnlyList<string> actual = Decode(pieces, Everything, out _);
        Require(expected.SequenceEqual(actual), $"\n{string.Join("\n", expected)}\nis not\n{string.Join("\n", actual)}\n");

        // Where every type is unknown, nothing is an error but an end inside.
        IReadOnlyList<string> skipped = Decode(pieces, Nothing, out WebTransportProtocolError error);
        Require(error is WebTransportProtocolError.None or WebTransportProtocolError.UnexpectedEnd);
        Require(skipped.Count == (error == WebTransportProtocolError.None ? 0 : 1));
    }

    private static IReadOnlyList<string> Decode(InputPieces pieces, CapsuleOptions options, out WebTransportProtocolError error)
    {
        CapsuleRows rows = new();
        using CapsuleDecoder decoder = new(options);
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            while ((status = decoder.Decode(piece, out int consumed, out CapsulePart capsule)) == OperationStatus.Done)
            {
                rows.Add(capsule);
                piece = piece[consumed..];
            }

            Require(status == OperationStatus.InvalidData || decoder.Error == WebTransportProtocolError.None);
        }

        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        error = decoder.Error;
        return rows.Rows;
    }
}
