using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using WireProtocols.Fuzz.ProxyProtocol;
using WireProtocols.ProxyProtocol;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ProxyProtocol;

/// <summary>Decoder and reader of headers under the segmentation harness.</summary>
public sealed class ProxySubject(ProxyHeaderOptions options) : IDecoderSubject
{
    /// <summary>Understands <c>max</c>, and <c>only</c> for the one version that is accepted.</summary>
    public static ProxyHeaderOptions OptionsOf(Vector vector) => new()
    {
        AcceptVersion1 = vector.Options.GetValueOrDefault("only") != "2",
        AcceptVersion2 = vector.Options.GetValueOrDefault("only") != "1",
        MaxLength = vector.Options.TryGetValue("max", out string? max)
            ? int.Parse(max, CultureInfo.InvariantCulture)
            : ProxyHeaderOptions.Default.MaxLength,
    };

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using ProxyHeaderDecoder decoder = new(options);
        return Reused.Twice(() => Decode(decoder, pieces), decoder.Reset);
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        ProxyRows rows = new();
        using ProxyHeaderReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out ProxyHeader header))
                {
                    rows.Add(header);
                }
            }
        }
        catch (ProxyProtocolException exception)
        {
            rows.Error(exception.Error, exception.Offset);
        }

        return rows.Rows;
    }

    private static IReadOnlyList<string> Decode(ProxyHeaderDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        ProxyRows rows = new();
        OperationStatus status = Feed.All<ProxyHeader>(pieces, decoder.Decode, header => rows.Add(header));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        return rows.Rows;
    }

    private static void AssertSticky(ProxyHeaderDecoder decoder)
    {
        (ProxyProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode("PROXY UNKNOWN\r\n"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
