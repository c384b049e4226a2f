using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using WireProtocols.EventStreams;
using WireProtocols.Fuzz.EventStreams;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.EventStreams;

/// <summary>Decoder and reader of messages under the segmentation harness.</summary>
public sealed class EventMessageSubject(EventMessageOptions options) : IDecoderSubject
{
    /// <summary>Understands <c>maxPayload</c>, <c>maxHeaders</c> (bytes), <c>maxCount</c> and <c>allowEmpty</c>.</summary>
    public static EventMessageOptions OptionsOf(Vector vector) => new()
    {
        MaxPayloadLength = Limit(vector, "maxPayload", EventMessageOptions.Default.MaxPayloadLength),
        MaxHeadersLength = Limit(vector, "maxHeaders", EventMessageOptions.Default.MaxHeadersLength),
        MaxHeaders = Limit(vector, "maxCount", EventMessageOptions.Default.MaxHeaders),
        AllowEmptyValues = vector.Options.GetValueOrDefault("allowEmpty") == "true",
    };

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        EventMessageRows rows = new();
        using EventMessageDecoder decoder = new(options);
        OperationStatus status = Feed.All<EventMessagePart>(pieces, decoder.Decode, part => rows.Add(part));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            AssertSticky(decoder);
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        return rows.Rows;
    }

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe)
    {
        EventMessageRows rows = new();
        using EventMessageReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out EventMessagePart part))
                {
                    rows.Add(part);
                }
            }
        }
        catch (EventMessageProtocolException exception)
        {
            rows.Error(exception.Error, exception.Offset);
        }

        return rows.Rows;
    }

    private static int Limit(Vector vector, string name, int standard)
        => vector.Options.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : standard;

    private static void AssertSticky(EventMessageDecoder decoder)
    {
        (EventMessageProtocolError error, long offset) = (decoder.Error, decoder.ErrorOffset);
        byte[] good = Convert.FromHexString("000000100000000005c248eb7d98c8ff");
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode(good, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
    }
}
