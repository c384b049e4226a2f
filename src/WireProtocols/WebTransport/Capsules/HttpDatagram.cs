using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// The payload of a QUIC DATAGRAM frame as HTTP/3 uses it (RFC 9297 §2.1): the id of a client-initiated bidirectional stream divided by
/// four, and what that stream makes of the rest. A slice of the bytes it was decoded from.
/// </summary>
public readonly ref struct HttpDatagram
{
    /// <summary>The largest quarter stream id, 2^60-1.</summary>
    public const long MaxQuarterStreamId = (1L << 60) - 1;

    private HttpDatagram(long quarterStreamId, ReadOnlySpan<byte> payload)
    {
        QuarterStreamId = quarterStreamId;
        Payload = payload;
    }

    /// <summary>The quarter stream id, 0 to 2^60-1.</summary>
    public long QuarterStreamId { get; }

    /// <summary>The id of the stream, for WebTransport the session id: four times <see cref="QuarterStreamId"/>.</summary>
    public long StreamId => QuarterStreamId << 2;

    /// <summary>The payload; "Note that this field can be empty".</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The number of bytes that stand before the payload.</summary>
    /// <param name="streamId">The id of a client-initiated bidirectional stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative, above 2^62-4, or not divisible by four.</exception>
    public static int GetPrefixSize(long streamId) => QuicVarInt.GetLength(ToQuarter(streamId));

    /// <summary>Decodes the payload of one QUIC DATAGRAM frame.</summary>
    /// <param name="source">The whole payload of the frame.</param>
    /// <param name="datagram">The datagram, a slice of <paramref name="source"/>.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/> for a frame "too short to allow parsing the Quarter
    /// Stream ID field"; <see cref="OperationStatus.InvalidData"/> for <see cref="WebTransportProtocolError.QuarterStreamIdTooLarge"/>.
    /// Both end a connection with H3_DATAGRAM_ERROR.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out HttpDatagram datagram)
    {
        if (QuicVarInt.Decode(source, out long quarter, out int consumed) != OperationStatus.Done)
        {
            datagram = default;
            return OperationStatus.NeedMoreData;
        }

        if (quarter > MaxQuarterStreamId)
        {
            datagram = default;
            return OperationStatus.InvalidData;
        }

        datagram = new HttpDatagram(quarter, source[consumed..]);
        return OperationStatus.Done;
    }

    /// <summary>Encodes a datagram.</summary>
    /// <param name="streamId">The id of a client-initiated bidirectional stream.</param>
    /// <param name="payload">The payload; may be empty.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesWritten">The size of the whole, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative, above 2^62-4, or not divisible by four.</exception>
    public static OperationStatus Encode(long streamId, ReadOnlySpan<byte> payload, Span<byte> destination, out int bytesWritten)
    {
        long quarter = ToQuarter(streamId);
        int prefix = QuicVarInt.GetLength(quarter);
        if (destination.Length - prefix < payload.Length)
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        QuicVarInt.Encode(quarter, destination, out _);
        payload.CopyTo(destination[prefix..]);
        bytesWritten = prefix + payload.Length;
        return OperationStatus.Done;
    }

    private static long ToQuarter(long streamId)
        => streamId is >= 0 and <= MaxQuarterStreamId << 2 && (streamId & 3) == 0
            ? streamId >> 2
            : throw new ArgumentOutOfRangeException(
                nameof(streamId), streamId, "A datagram belongs to a client-initiated bidirectional stream, whose id is divisible by four.");
}
