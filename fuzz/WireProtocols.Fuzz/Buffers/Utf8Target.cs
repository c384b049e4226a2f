using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Fuzz.Buffers;

/// <summary>The incremental validator, in pieces that the input chooses, against <see cref="NaiveUtf8"/> over the whole.</summary>
public sealed class Utf8Target : FuzzTarget
{
    public override string Name => "utf8";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        (int expectedIndex, bool expectedComplete) = NaiveUtf8.Validate(pieces.Rest);
        Utf8Validator validator = default;
        OperationStatus status = OperationStatus.Done;
        int before = 0;
        int invalidIndex = -1;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            status = validator.Validate(piece, out int index);
            Require((index >= 0) == (status == OperationStatus.InvalidData));
            Require(index < piece.Length);
            Require(status == OperationStatus.InvalidData || validator.IsComplete == (status == OperationStatus.Done));
            invalidIndex = index < 0 ? -1 : before + index;
            before += piece.Length;
        }

        Require(invalidIndex == expectedIndex, $"the first invalid byte is {expectedIndex}, not {invalidIndex}");
        Require(expectedIndex >= 0 || validator.IsComplete == expectedComplete, "the text may end here exactly when the oracle says so");
    }
}
