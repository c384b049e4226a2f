using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using WireProtocols.Fuzz.Multipart;
using WireProtocols.Multipart;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Multipart;

/// <summary>Decoder and reader of multipart bodies under the segmentation harness.</summary>
public sealed class MultipartSubject(string boundary, MultipartOptions options) : IDecoderSubject
{
    private readonly MultipartBoundary _boundary = new(boundary);

    public static string BoundaryOf(Vector vector) => vector.Options.GetValueOrDefault("boundary") ?? "b";

    /// <summary>Understands <c>maxParts</c>, <c>maxHead</c>, <c>maxFields</c>, <c>maxPart</c>, <c>maxDiscarded</c> and <c>missingEnd</c>.</summary>
    public static MultipartOptions OptionsOf(Vector vector) => new()
    {
        MaxParts = Limit(vector, "maxParts", MultipartOptions.Default.MaxParts),
        MaxHeadLength = Limit(vector, "maxHead", MultipartOptions.Default.MaxHeadLength),
        MaxFields = Limit(vector, "maxFields", MultipartOptions.Default.MaxFields),
        MaxPartLength = Limit(vector, "maxPart", int.MaxValue),
        MaxDiscardedLength = Limit(vector, "maxDiscarded", MultipartOptions.Default.MaxDiscardedLength),
        AllowMissingEnd = vector.Options.GetValueOrDefault("missingEnd") == "true",
    };

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        MultipartRows rows = new();
        using MultipartDecoder decoder = new(_boundary, options);
        OperationStatus status = Feed.All<MultipartSectionPart>(pieces, decoder.Decode, part => rows.Add(part));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        return rows.Rows;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        MultipartRows rows = new();
        using MultipartReader reader = new(pipe, _boundary, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out MultipartSectionPart part))
                {
                    rows.Add(part);
                }
            }
        }
        catch (MultipartProtocolException exception)
        {
            rows.Error(exception.Error, exception.Offset);
        }

        return rows.Rows;
    }

    private static int Limit(Vector vector, string name, int standard)
        => vector.Options.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : standard;

    private static void AssertSticky(MultipartDecoder decoder)
    {
        (MultipartProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode("--b\r\n\r\n"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
