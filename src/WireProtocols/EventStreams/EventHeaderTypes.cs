using System.Buffers.Binary;

namespace WireProtocols.EventStreams;

/// <summary>What the types of headers have in common.</summary>
internal static class EventHeaderTypes
{
    public const int Count = 10;

    /// <summary>The size of the length before a string or byte array.</summary>
    public const int LengthSize = 2;

    public const int UuidSize = 16;

    /// <summary>Whether a length stands before the value.</summary>
    public static bool HasLength(this EventHeaderType type) => type is EventHeaderType.ByteArray or EventHeaderType.String;

    /// <summary>Whether the value is an integer of any size, or the milliseconds of a timestamp.</summary>
    public static bool IsInteger(this EventHeaderType type)
        => type is >= EventHeaderType.Byte and <= EventHeaderType.Long or EventHeaderType.Timestamp;

    /// <summary>Reads a value that is an integer.</summary>
    public static long ReadInteger(this EventHeaderType type, ReadOnlySpan<byte> value) => type switch
    {
        EventHeaderType.Byte => (sbyte)value[0],
        EventHeaderType.Short => BinaryPrimitives.ReadInt16BigEndian(value),
        EventHeaderType.Integer => BinaryPrimitives.ReadInt32BigEndian(value),
        _ => BinaryPrimitives.ReadInt64BigEndian(value),
    };

    /// <summary>The size of a value that has no length before it.</summary>
    public static int GetSize(this EventHeaderType type) => type switch
    {
        EventHeaderType.Byte => sizeof(sbyte),
        EventHeaderType.Short => sizeof(short),
        EventHeaderType.Integer => sizeof(int),
        EventHeaderType.Long or EventHeaderType.Timestamp => sizeof(long),
        EventHeaderType.Uuid => UuidSize,
        _ => 0,
    };
}
