using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Encodes capsules into spans (RFC 9297 §3.2). Every integer takes the minimum number of bytes.</summary>
public static class CapsuleEncoder
{
    /// <summary>The longest message of WT_CLOSE_SESSION in bytes: "its length MUST NOT exceed 1024 bytes".</summary>
    public const int MaxReasonLength = 1024;

    /// <summary>Encodes a capsule around a value as it is. For types whose value has fields, use the other methods.</summary>
    /// <param name="type">0 to 2^62-1.</param>
    /// <param name="value">The whole value.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesWritten">The size of the whole, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    public static OperationStatus Encode(long type, ReadOnlySpan<byte> value, Span<byte> destination, out int bytesWritten)
    {
        CapsuleHeader header = new(type, value.Length);
        int headerSize = header.GetSize();
        if (destination.Length - headerSize < value.Length)
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        header.Encode(destination, out _);
        value.CopyTo(destination[headerSize..]);
        bytesWritten = headerSize + value.Length;
        return OperationStatus.Done;
    }

    /// <summary>Encodes WT_CLOSE_SESSION.</summary>
    /// <param name="code">The application's error code.</param>
    /// <param name="reason">The message as UTF-8, at most 1024 bytes.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesWritten">The size of the whole, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    /// <exception cref="ArgumentException">The message is longer, or is not UTF-8.</exception>
    public static OperationStatus EncodeClose(uint code, ReadOnlySpan<byte> reason, Span<byte> destination, out int bytesWritten)
    {
        if (reason.Length > MaxReasonLength || !Utf8.IsValid(reason))
        {
            throw new ArgumentException("A reason is UTF-8 of at most 1024 bytes.", nameof(reason));
        }

        CapsuleHeader header = new(CapsuleType.CloseSession, sizeof(uint) + reason.Length);
        int headerSize = header.GetSize();
        if (destination.Length < headerSize + header.Length)
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        header.Encode(destination, out _);
        BinaryPrimitives.WriteUInt32BigEndian(destination[headerSize..], code);
        reason.CopyTo(destination[(headerSize + sizeof(uint))..]);
        bytesWritten = headerSize + sizeof(uint) + reason.Length;
        return OperationStatus.Done;
    }

    /// <summary>
    /// Encodes a message for WT_CLOSE_SESSION as UTF-8 of at most 1024 bytes: "Senders that truncate an application-supplied message MUST
    /// do so at a UTF-8 character boundary".
    /// </summary>
    /// <param name="reason">The message; unpaired surrogates become U+FFFD.</param>
    /// <param name="destination">At least <see cref="MaxReasonLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int TruncateReason(ReadOnlySpan<char> reason, Span<byte> destination)
    {
        // Utf8.FromUtf16 stops at a character boundary when the destination is full.
        Utf8.FromUtf16(reason, destination[..MaxReasonLength], out _, out int written);
        return written;
    }

    /// <summary>Encodes a capsule whose value is nothing but integers: the ones that its type has, in order.</summary>
    internal static int EncodeIntegers(long type, ReadOnlySpan<long> integers, Span<byte> destination)
    {
        Span<byte> value = stackalloc byte[CapsuleShape.MaxIntegersSize];
        int size = 0;
        foreach (long integer in integers)
        {
            QuicVarInt.Encode(integer, value[size..], out int written);
            size += written;
        }

        Encode(type, value[..size], destination, out int total);
        return total;
    }
}
