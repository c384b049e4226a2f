using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.Tests.Harness;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>Capsule decoder and reader under the segmentation harness.</summary>
public sealed class CapsuleSubject(CapsuleOptions options) : IDecoderSubject
{
    /// <summary>Understands the options <c>dialect</c>, <c>groups</c> and <c>skip</c>; unknown types are shown where nothing is said.</summary>
    public static CapsuleSubject For(Vector vector) => new(new CapsuleOptions
    {
        Dialect = Enum.Parse<WebTransportDialect>(vector.Options.GetValueOrDefault("dialect") ?? "Draft15"),
        Groups = Enum.Parse<CapsuleGroups>(vector.Options.GetValueOrDefault("groups") ?? "All"),
        SkipUnknown = vector.Options.GetValueOrDefault("skip") == "true",
    });

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using CapsuleDecoder decoder = new(options);
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        CapsuleRows rows = new();
        using CapsuleReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out CapsulePart capsule))
                {
                    rows.Add(capsule);
                }
            }
        }
        catch (WebTransportProtocolException exception)
        {
            rows.Error(exception.Error, exception.Offset);
        }

        return rows.Rows;
    }

    private static IReadOnlyList<string> Decode(CapsuleDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        CapsuleRows rows = new();
        OperationStatus status = Feed.All<CapsulePart>(pieces, decoder.Decode, capsule => rows.Add(capsule));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        return rows.Rows;
    }

    private static void AssertSticky(CapsuleDecoder decoder)
    {
        (WebTransportProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode([0x00, 0x00], out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
