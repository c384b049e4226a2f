using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using WireProtocols.Fuzz.Resume;
using WireProtocols.Resume;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Resume;

/// <summary>Decoder and reader of frames under the segmentation harness.</summary>
public sealed class ResumeSubject(ResumeFrameOptions options) : IDecoderSubject
{
    /// <summary>Understands <c>max</c>.</summary>
    public static ResumeFrameOptions OptionsOf(Vector vector)
        => new() { MaxFrameLength = int.Parse(vector.Options["max"], CultureInfo.InvariantCulture) };

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using ResumeFrameDecoder decoder = new(options);
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        ResumeRows rows = new();
        using ResumeFrameReader reader = new(pipe, options);
        try
        {
            await foreach (OwnedResumeFrame frame in reader.ReadAllAsync())
            {
                rows.Add(frame.Lend());
            }
        }
        catch (ResumeProtocolException exception)
        {
            rows.Error(exception.Error, exception.Offset);
        }

        return rows.Rows;
    }

    private static IReadOnlyList<string> Decode(ResumeFrameDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        ResumeRows rows = new();
        OperationStatus status = Feed.All<ResumeFrame>(pieces, decoder.Decode, frame => rows.Add(frame));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            (ResumeProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
            Assert.Equal(OperationStatus.InvalidData, decoder.Decode([1, 8], out int consumed, out _));
            Assert.Equal(0, consumed);
            Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
            Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
            rows.Error(error, offset);
        }

        return rows.Rows;
    }
}
