using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Encodes HTTP/3 frames (RFC 9114 §7).</summary>
public static class Http3FrameEncoder
{
    /// <summary>The largest frame header in bytes.</summary>
    public const int MaxHeaderSize = 2 * QuicVarInt.MaxLength;

    /// <summary>Encodes the header of a frame; the payload follows it.</summary>
    /// <param name="type">0 to 2^62-1.</param>
    /// <param name="length">The length of the payload, 0 to 2^62-1.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesWritten">2 to 16, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    public static OperationStatus EncodeHeader(long type, long length, Span<byte> destination, out int bytesWritten)
        => new CapsuleHeader(type, length).Encode(destination, out bytesWritten);

    /// <summary>Writes a whole frame.</summary>
    public static void Write(long type, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Span<byte> destination = output.GetSpan(MaxHeaderSize);
        EncodeHeader(type, payload.Length, destination, out int headerSize);
        output.Advance(headerSize);
        output.Write(payload);
    }

    /// <summary>Writes a HEADERS frame.</summary>
    /// <exception cref="ArgumentException">A field has characters that no field may have.</exception>
    public static void WriteHeaders(IReadOnlyList<Http3Field> fields, IBufferWriter<byte> output)
    {
        ArrayBufferWriter<byte> section = new();
        QpackEncoder.Encode(fields, section);
        Write(Http3FrameType.Headers, section.WrittenSpan, output);
    }

    /// <summary>Writes a SETTINGS frame.</summary>
    public static void WriteSettings(Http3Settings settings, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(settings);
        byte[] payload = new byte[settings.GetPayloadSize()];
        settings.Encode(payload, out _);
        Write(Http3FrameType.Settings, payload, output);
    }

    /// <summary>Writes a GOAWAY, MAX_PUSH_ID or CANCEL_PUSH frame.</summary>
    public static void WriteId(long type, long id, IBufferWriter<byte> output)
    {
        Span<byte> payload = stackalloc byte[QuicVarInt.MaxLength];
        QuicVarInt.Encode(id, payload, out int length);
        Write(type, payload[..length], output);
    }
}
