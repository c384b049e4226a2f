using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.EventStreams;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.EventStreams;

public class EventMessageWriterTests
{
    private static readonly OwnedEventHeader[] Every =
    [
        new("t", EventHeaderValue.FromBoolean(true)),
        new("f", EventHeaderValue.FromBoolean(false)),
        new("byte", EventHeaderValue.FromByte(-47)),
        new("short", EventHeaderValue.FromShort(short.MinValue)),
        new("integer", EventHeaderValue.FromInteger(-2)),
        new("long", EventHeaderValue.FromLong(long.MaxValue)),
        new("bytes", EventHeaderValue.FromBytes(new byte[] { 0, 1, 255 })),
        new("string", "€"),
        new("timestamp", EventHeaderValue.FromTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123))),
        new("uuid", EventHeaderValue.FromUuid(Guid.Parse("00010203-0405-0607-0809-0a0b0c0d0e0f"))),
    ];

    [Fact]
    public void Headers_of_every_type_are_the_bytes_of_the_specification()
        => Assert.Equal(Vector.Get("event-streams", "every type of header").Bytes, Write(Every, "x"u8.ToArray()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_payload_in_pieces_is_the_same_message(int first)
    {
        byte[] payload = [1, 2, 3, 4, 5];
        ArrayBufferWriter<byte> output = new();
        EventMessageWriter writer = new(output);
        writer.StartMessage(Every, payload.Length);
        writer.WriteData(payload.AsSpan(0, first));
        writer.WriteData([]);
        writer.WriteData(payload.AsSpan(first));
        Assert.Equal(Write(Every, payload), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void What_cannot_be_read_back_is_refused_before_a_byte_is_written()
    {
        ArrayBufferWriter<byte> output = new();
        EventMessageWriter writer = new(output);
        OwnedEventHeader[][] wrong =
        [
            [new("", "a")],
            [new(new string('n', 256), "a")],
            [new(new string('ö', 128), "a")],
            [new("\ud800", "a")],
            [new("a", "")],
            [new("a", "\udc00")],
            [new("a", new string('x', 32_768))],
            [new("a", EventHeaderValue.FromBytes(default))],
            [new("a", EventHeaderValue.FromBytes(new byte[32_768]))],
            [new("a", "b"), new("c", "d"), new("a", EventHeaderValue.FromBoolean(true))],
            [.. Enumerable.Range(0, 40).Select(i => new OwnedEventHeader($"{i % 39}", "a"))],
            [.. Enumerable.Range(0, 5).Select(i => new OwnedEventHeader($"{i}", new string('x', 30_000)))],
            [null!],
            Many(1001),
        ];
        Assert.All(wrong, headers => Assert.ThrowsAny<ArgumentException>(() => writer.WriteMessage(headers, "payload"u8)));
        Assert.ThrowsAny<ArgumentException>(() => writer.WriteMessage([], new byte[25_165_825]));
        Assert.ThrowsAny<ArgumentException>(() => writer.StartMessage([], -1));
        Assert.Throws<ArgumentException>(() => writer.WriteData("a"u8));
        Assert.Equal(0, output.WrittenCount);

        writer.StartMessage([], 2);
        int written = output.WrittenCount;
        Assert.Throws<ArgumentException>(() => writer.WriteData("abc"u8));
        Assert.Throws<InvalidOperationException>(() => writer.StartMessage([], 0));
        Assert.Equal(written, output.WrittenCount);
    }

    [Fact]
    public void The_longest_names_values_and_headers_are_written_and_read()
    {
        const int Rest = 131_072 - (3 * 32_767) - 255 - (4 * 4) - 3;
        OwnedEventHeader[] headers =
        [
            new(new string('n', 255), new string('x', 32_767)),
            new("a", EventHeaderValue.FromBytes(new byte[32_767])),
            new("b", new string('y', 32_767)),
            new("c", new string('z', Rest)),
        ];
        byte[] message = Write(headers, []);
        Assert.Throws<ArgumentException>(() => Write([.. headers[..3], new("c", new string('z', Rest + 1))], []));
        Assert.Equal(131_072 + 16, message.Length);
        using EventMessageDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(message, out int consumed, out EventMessagePart part));
        Assert.Equal((message.Length, 4), (consumed, part.Headers.ToArray().Length));
    }

    [Fact]
    public void As_many_headers_as_options_can_allow_are_written()
    {
        byte[] message = Write(Many(1000), []);
        using EventMessageDecoder decoder = new(new EventMessageOptions { MaxHeaders = 1000 });
        Assert.Equal(OperationStatus.Done, decoder.Decode(message, out int consumed, out EventMessagePart part));
        Assert.Equal((message.Length, 1000), (consumed, part.Headers.ToArray().Length));
    }

    [Fact]
    public void What_is_handed_over_is_not_looked_at_again()
    {
        TakingWriter output = new();
        EventMessageWriter writer = new(output);
        writer.WriteMessage(Every, "payload"u8);
        writer.WriteMessage([], []);
        Assert.Equal([.. Write(Every, "payload"u8.ToArray()), .. Write([], [])], output.Taken);
    }

    [Fact]
    public void Values_are_what_they_were_made_of()
    {
        byte[] message = Write(Every, []);
        using EventMessageDecoder decoder = new();
        decoder.Decode(message, out _, out EventMessagePart part);
        OwnedEventHeader[] headers = part.Headers.ToArray();
        Assert.Equal(Every.Select(h => (h.Name, h.Value.Type, h.Value.ToString())), headers.Select(h => (h.Name, h.Value.Type, h.Value.ToString())));
        Assert.Equal(
            ["true", "false", "-47", "-32768", "-2", "9223372036854775807", "0001FF", "€", "1700000000123", "00010203-0405-0607-0809-0a0b0c0d0e0f"],
            headers.Select(h => h.Value.ToString()));
        Assert.True(headers[1].Value.TryGetBoolean(out bool boolean) && !boolean);
        Assert.True(headers[3].Value.TryGetInteger(out long number) && number == short.MinValue);
        Assert.True(headers[6].Value.TryGetBytes(out ReadOnlyMemory<byte> bytes) && bytes.Span.SequenceEqual((byte[])[0, 1, 255]));
        Assert.True(headers[7].Value.TryGetString(out string text) && text == "€");
        Assert.True(headers[8].Value.TryGetTimestamp(out DateTimeOffset time) && time.ToUnixTimeMilliseconds() == 1_700_000_000_123);
        Assert.True(headers[9].Value.TryGetUuid(out Guid uuid) && uuid == Guid.Parse("00010203-0405-0607-0809-0a0b0c0d0e0f"));
        EventHeaderValue other = headers[0].Value;
        Assert.False(other.TryGetInteger(out _) || other.TryGetBytes(out _) || other.TryGetString(out _) || other.TryGetTimestamp(out _)
            || other.TryGetUuid(out _) || headers[7].Value.TryGetBoolean(out _));
        Assert.True(part.Headers.TryGet("long"u8, out EventHeader header) && header.TryGetInteger(out number) && number == long.MaxValue);
        Assert.False(part.Headers.TryGet("lon"u8, out _));
        Assert.True(part.Headers.TryGet("uuid"u8, out header) && !header.TryGetInteger(out _));
    }

    [Theory]
    [InlineData("0161000162010163020a", true, EventMessageProtocolError.None, 0)]
    [InlineData("", true, EventMessageProtocolError.None, 0)]
    [InlineData("016100016100", false, EventMessageProtocolError.HeaderRepeated, 3)]
    [InlineData("016107000261", false, EventMessageProtocolError.HeaderCut, 3)]
    public void Headers_can_stand_alone(string hex, bool isRight, EventMessageProtocolError error, int index)
    {
        byte[] block = Convert.FromHexString(hex);
        Assert.Equal(isRight, EventHeaderBlock.TryDecode(block, null, out EventHeaders headers, out EventMessageProtocolError found, out int at));
        Assert.Equal((error, index), (found, at));
        Assert.Equal(isRight ? block : [], headers.Encoded.ToArray());
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-62_135_596_800_001)]
    [InlineData(253_402_300_800_000)]
    public void A_time_that_no_calendar_has_is_none(long milliseconds)
    {
        EventHeaderValue value = EventHeaderValue.FromMilliseconds(milliseconds);
        Assert.False(value.TryGetTimestamp(out _));
        Assert.True(value.TryGetInteger(out long number) && number == milliseconds);
    }

    [Fact]
    public void Any_message_reads_back_as_it_was_written()
        => Prop.ForAll<string[], byte[], int>((texts, payload, seed) =>
        {
            Random random = new(seed);
            OwnedEventHeader[] headers = [.. texts.Select((t, i) => Header(i, t ?? "", random))];
            byte[] message;
            try
            {
                message = Write(headers, payload);
            }
            catch (ArgumentException)
            {
                return headers.Any(h => h.Value.TryGetString(out string text) && (text.Length == 0 || text.Any(char.IsSurrogate)));
            }

            using EventMessageDecoder decoder = new();
            return decoder.Decode(message, out int consumed, out EventMessagePart part) == OperationStatus.Done && consumed == message.Length
                && part.Payload.SequenceEqual(payload) && part.Headers.ToArray().Select(Text).SequenceEqual(headers.Select(Text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static OwnedEventHeader[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => new OwnedEventHeader($"{i}", "a"))];

    private static (string Name, EventHeaderType Type, string Value) Text(OwnedEventHeader header)
        => (header.Name, header.Value.Type, header.Value.ToString());

    private static OwnedEventHeader Header(int index, string text, Random random) => new($"{index}", random.Next(7) switch
    {
        0 => EventHeaderValue.FromBoolean(text.Length % 2 == 0),
        1 => EventHeaderValue.FromByte((sbyte)random.Next(-128, 128)),
        2 => EventHeaderValue.FromInteger(random.Next(int.MinValue, int.MaxValue)),
        3 => EventHeaderValue.FromMilliseconds(random.NextInt64(long.MinValue, long.MaxValue)),
        4 => EventHeaderValue.FromBytes(new byte[1 + text.Length]),
        _ => EventHeaderValue.FromString(text),
    });

    private static byte[] Write(OwnedEventHeader[] headers, byte[] payload)
    {
        ArrayBufferWriter<byte> output = new();
        new EventMessageWriter(output).WriteMessage(headers, payload);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Takes the bytes when they are handed over, and gives the memory to somebody else.</summary>
    private sealed class TakingWriter : IBufferWriter<byte>
    {
        private readonly byte[] _room = new byte[4096];

        public List<byte> Taken { get; } = [];

        public void Advance(int count)
        {
            Taken.AddRange(_room.AsSpan(0, count));
            _room.AsSpan().Fill(0xDD);
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _room;

        public Span<byte> GetSpan(int sizeHint = 0) => _room;
    }
}
