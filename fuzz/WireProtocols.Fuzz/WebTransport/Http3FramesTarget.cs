using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>
/// Frames of a request or control stream (the first byte says which) in pieces that the input chooses, against <see cref="NaiveFrames"/>.
/// </summary>
public sealed class Http3FramesTarget : FuzzTarget
{
    private const int MaxFrameSize = 256;

    public override string Name => "http3-frames";

    public override FuzzFormat Format { get; } = new TypedFormat(2, 0, 1, 3, 4, 5, 7, 13, 0x41);

    public override string CodeNamespace => "WireProtocols.WebTransport";

    public override void Run(ReadOnlySpan<byte> input)
    {
        Http3StreamKind kind = !input.IsEmpty && (input[0] & 1) == 1 ? Http3StreamKind.Control : Http3StreamKind.Request;
        InputPieces pieces = new(input.IsEmpty ? input : input[1..]);
        IReadOnlyList<string> expected = NaiveFrames.Decode(pieces.Rest, kind, MaxFrameSize);
        List<ReadOnlyMemory<byte>> cut = [];
        while (pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            cut.Add(piece.ToArray());
        }

        using Http3FrameDecoder decoder = new(kind, MaxFrameSize);
        IReadOnlyList<string> actual = FrameRows.Decode(decoder, cut);
        Require(expected.SequenceEqual(actual), $"\n{string.Join("\n", expected)}\nis not\n{string.Join("\n", actual)}\n");
    }
}
