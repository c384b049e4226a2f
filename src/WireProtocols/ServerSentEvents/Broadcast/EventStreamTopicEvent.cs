using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>An event as a message of a backplane: the length of its type as a variable-length integer (RFC 9000 §16), its type, its data.</summary>
internal static class EventStreamTopicEvent
{
    public static byte[] Encode(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type)
    {
        int head = QuicVarInt.GetLength((long)type.Length);
        byte[] message = new byte[head + type.Length + data.Length];
        QuicVarInt.Encode(type.Length, message, out _);
        type.CopyTo(message.AsSpan(head));
        data.CopyTo(message.AsSpan(head + type.Length));
        return message;
    }

    /// <returns>False where it is none.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type)
    {
        data = type = default;
        if (QuicVarInt.Decode(message, out long length, out int head) != OperationStatus.Done || length > message.Length - head)
        {
            return false;
        }

        type = message.Slice(head, (int)length);
        data = message[(head + (int)length)..];
        return true;
    }
}
