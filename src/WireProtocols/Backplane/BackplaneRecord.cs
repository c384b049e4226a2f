using System.Buffers.Binary;

namespace WireProtocols.Backplane;

/// <summary>What stands in a log: who published a message, its number among those that this publisher said to the topic, and the message.</summary>
/// <param name="Publisher">Who; a random number.</param>
/// <param name="Number">From 1 on.</param>
/// <param name="Payload">The message.</param>
internal readonly record struct BackplaneRecord(ulong Publisher, long Number, ReadOnlyMemory<byte> Payload)
{
    /// <summary>What a record has besides its message.</summary>
    public const int HeadLength = sizeof(ulong) + sizeof(long);

    /// <summary>Writes one: the two numbers in network byte order, and the message.</summary>
    public static byte[] Encode(ulong publisher, long number, ReadOnlySpan<byte> payload)
    {
        byte[] record = new byte[HeadLength + payload.Length];
        BinaryPrimitives.WriteUInt64BigEndian(record, publisher);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(sizeof(ulong)), number);
        payload.CopyTo(record.AsSpan(HeadLength));
        return record;
    }

    /// <returns>False where it is none.</returns>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out BackplaneRecord record)
    {
        record = default;
        if (bytes.Length < HeadLength)
        {
            return false;
        }

        long number = BinaryPrimitives.ReadInt64BigEndian(bytes.Span[sizeof(ulong)..]);
        record = new BackplaneRecord(BinaryPrimitives.ReadUInt64BigEndian(bytes.Span), number, bytes[HeadLength..]);
        return number > 0;
    }
}
