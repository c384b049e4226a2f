using System.Buffers;
using WireProtocols.Resume;

namespace WireProtocols.Fuzz.Resume;

/// <summary>Streams of frames in pieces that the input chooses, against <see cref="NaiveResume"/> over the whole; what is read is written
/// alike.</summary>
public sealed class ResumeFramesTarget : FuzzTarget
{
    /// <summary>A limit that inputs reach.</summary>
    public static ResumeFrameOptions Options { get; } = new() { MaxFrameLength = 64 };

    public override string Name => "resume-frames";

    public override string CodeNamespace => "WireProtocols.Resume";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        ReadOnlySpan<byte> whole = pieces.Rest;
        IReadOnlyList<string> expected = NaiveResume.Decode(whole, Options);
        ResumeRows rows = new();
        ArrayBufferWriter<byte> written = new();
        using ResumeFrameDecoder decoder = new(Options);
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            while ((status = decoder.Decode(piece, out int consumed, out ResumeFrame frame)) == OperationStatus.Done)
            {
                rows.Add(frame);
                ResumeFrames.WriteToStream(written, frame);
                piece = piece[consumed..];
            }
        }

        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        Require(expected.SequenceEqual(rows.Rows), "The decoder and the oracle differ.");
        Require(whole.StartsWith(written.WrittenSpan), "What was read is written otherwise.");
    }
}
