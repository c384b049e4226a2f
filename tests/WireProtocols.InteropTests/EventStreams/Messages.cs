using System.Buffers;
using WireProtocols.EventStreams;

namespace WireProtocols.InteropTests.EventStreams;

/// <summary>Messages that both sides have to make the same of.</summary>
internal static class Messages
{
    public static IReadOnlyList<(OwnedEventHeader[] Headers, byte[] Payload)> All { get; } =
    [
        ([], []),
        ([], [1, 2, 3]),
        ([new("a", "b")], []),
        (
            [
                new("t", EventHeaderValue.FromBoolean(true)),
                new("f", EventHeaderValue.FromBoolean(false)),
                new("byte", EventHeaderValue.FromByte(-47)),
                new("short", EventHeaderValue.FromShort(short.MinValue)),
                new("integer", EventHeaderValue.FromInteger(int.MinValue)),
                new("long", EventHeaderValue.FromLong(-9_007_199_254_740_991)),
                new("bytes", EventHeaderValue.FromBytes(new byte[] { 0, 1, 255 })),
                new("größe", "€ and 😀"),
                new("timestamp", EventHeaderValue.FromMilliseconds(1_700_000_000_123)),
                new("uuid", EventHeaderValue.FromUuid(Guid.Parse("00010203-0405-0607-0809-0a0b0c0d0e0f"))),
            ],
            new byte[40_000]
        ),
        ([new(":message-type", "event"), new(":event-type", "chunk"), new(":content-type", "application/json")], [.. "{\"bytes\":\"aGk=\"}"u8]),
    ];

    public static byte[] Write(OwnedEventHeader[] headers, byte[] payload)
    {
        ArrayBufferWriter<byte> output = new();
        new EventMessageWriter(output).WriteMessage(headers, payload);
        return output.WrittenSpan.ToArray();
    }
}
