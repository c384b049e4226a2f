using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using WireProtocols.Fuzz.Rpc;
using WireProtocols.Rpc;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Rpc;

/// <summary>Decoder and reader of envelopes under the segmentation harness.</summary>
public sealed class RpcSubject(RpcEnvelopeOptions options) : IDecoderSubject
{
    /// <summary>Understands <c>protocol</c>, <c>response</c>, <c>encoding</c>, <c>end</c>, <c>max</c> and <c>maxEnd</c>.</summary>
    public static RpcEnvelopeOptions OptionsOf(Vector vector) => new()
    {
        Protocol = Enum.Parse<RpcProtocol>(vector.Options.GetValueOrDefault("protocol") ?? "Grpc"),
        IsResponse = vector.Options.GetValueOrDefault("response") == "true",
        Encoding = vector.Options.GetValueOrDefault("encoding") == "gzip" ? RpcEncoding.Gzip : null,
        RequiresEnd = vector.Options.GetValueOrDefault("end") != "false",
        MaxMessageLength = Limit(vector, "max", RpcEnvelopeOptions.Default.MaxMessageLength),
        MaxEndLength = Limit(vector, "maxEnd", RpcEnvelopeOptions.Default.MaxEndLength),
    };

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        RpcRows rows = new();
        RpcEnvelopeDecoder decoder = new(options);
        OperationStatus status = Feed.All<RpcMessagePart>(pieces, decoder.Decode, part => rows.Add(part));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        return rows.Rows;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        RpcRows rows = new();
        using RpcReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out RpcMessagePart part))
                {
                    rows.Add(part);
                }
            }
        }
        catch (RpcProtocolException exception)
        {
            rows.Error(exception.Error, exception.Offset);
        }

        return rows.Rows;
    }

    private static int Limit(Vector vector, string name, int standard)
        => vector.Options.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : standard;

    private static void AssertSticky(RpcEnvelopeDecoder decoder)
    {
        (RpcProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode([0, 0, 0, 0, 0], out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
