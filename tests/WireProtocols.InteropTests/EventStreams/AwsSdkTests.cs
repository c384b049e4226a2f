using System.IO.Pipelines;
using Amazon.Runtime.EventStreams;
using WireProtocols.EventStreams;

namespace WireProtocols.InteropTests.EventStreams;

/// <summary>AWSSDK.Core in both directions.</summary>
public sealed class AwsSdkTests
{
    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Messages.All.Count)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void It_reads_what_we_write(int index)
    {
        (OwnedEventHeader[] headers, byte[] payload) = Messages.All[index];
        byte[] written = Messages.Write(headers, payload);
        EventStreamMessage message = EventStreamMessage.FromBuffer(written, 0, written.Length);
        Assert.Equal(payload, message.Payload ?? []);
        Assert.Equal(headers.Length, message.Headers.Count);
        Assert.All(headers, header => Assert.Equal(header.Value.ToString(), Shown(message.Headers[header.Name])));
    }

    [Fact]
    public async Task We_read_what_it_writes()
    {
        byte[] body = [.. Messages.All.SelectMany(m => new EventStreamMessage([.. m.Headers.Select(Create)], m.Payload).ToByteArray())];
        using EventMessageReader reader = new(PipeReader.Create(new MemoryStream(body)));
        List<OwnedEventMessage> messages = [];
        await foreach (OwnedEventMessage message in reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            messages.Add(message);
        }

        Assert.Equal(Messages.All.Count, messages.Count);
        foreach (((OwnedEventHeader[] headers, byte[] payload), OwnedEventMessage message) in Messages.All.Zip(messages))
        {
            Assert.Equal(payload, message.Payload.ToArray());
            Assert.Equal(headers.Length, message.Headers.Count);
            Assert.All(headers, header =>
            {
                EventHeaderValue value = message.GetHeader(header.Name)!.Value;
                Assert.Equal((header.Value.Type, header.Value.ToString()), (value.Type, value.ToString()));
            });
        }
    }

    [Fact]
    public void It_refuses_the_checksums_that_we_refuse()
    {
        byte[] written = Messages.Write([new("a", "b")], [1]);
        written[^1] ^= 1;
        Assert.Throws<EventStreamChecksumFailureException>(() => EventStreamMessage.FromBuffer(written, 0, written.Length));
        written[^1] ^= 1;
        written[8] ^= 1;
        Assert.Throws<EventStreamChecksumFailureException>(() => EventStreamMessage.FromBuffer(written, 0, written.Length));
    }

    /// <summary>It takes the sixteen bytes in the order of Windows, and not in that of RFC 9562.</summary>
    private static Guid Turn(Guid uuid) => new(uuid.ToByteArray(), bigEndian: true);

    private static string Shown(IEventStreamHeader header) => header.HeaderType switch
    {
        EventStreamHeaderType.BoolTrue or EventStreamHeaderType.BoolFalse => header.AsBool() ? "true" : "false",
        EventStreamHeaderType.SByte => $"{header.AsSByte()}",
        EventStreamHeaderType.Int16 => $"{header.AsInt16()}",
        EventStreamHeaderType.Int32 => $"{header.AsInt32()}",
        EventStreamHeaderType.Int64 => $"{header.AsInt64()}",
        EventStreamHeaderType.ByteBuf => Convert.ToHexString(header.AsByteBuf()),
        EventStreamHeaderType.String => header.AsString(),
        EventStreamHeaderType.Timestamp => $"{new DateTimeOffset(header.AsTimestamp().ToUniversalTime()).ToUnixTimeMilliseconds()}",
        EventStreamHeaderType.UUID => Turn(header.AsUUID()).ToString(),
        _ => throw new InvalidOperationException($"No type of ours is {header.HeaderType}."),
    };

    private static IEventStreamHeader Create(OwnedEventHeader header)
    {
        EventStreamHeader created = new(header.Name);
        EventHeaderValue value = header.Value;
        value.TryGetInteger(out long number);
        switch (value.Type)
        {
            case EventHeaderType.True or EventHeaderType.False:
                created.SetBool(value.Type == EventHeaderType.True);
                break;
            case EventHeaderType.Byte:
                created.SetSByte((sbyte)number);
                break;
            case EventHeaderType.Short:
                created.SetInt16((short)number);
                break;
            case EventHeaderType.Integer:
                created.SetInt32((int)number);
                break;
            case EventHeaderType.Long:
                created.SetInt64(number);
                break;
            case EventHeaderType.ByteArray when value.TryGetBytes(out ReadOnlyMemory<byte> bytes):
                created.SetByteBuf(bytes.ToArray());
                break;
            case EventHeaderType.Timestamp when value.TryGetTimestamp(out DateTimeOffset time):
                created.SetTimestamp(time.UtcDateTime);
                break;
            case EventHeaderType.Uuid when value.TryGetUuid(out Guid uuid):
                created.SetUUID(Turn(uuid));
                break;
            default:
                created.SetString(value.ToString());
                break;
        }

        return created;
    }
}
