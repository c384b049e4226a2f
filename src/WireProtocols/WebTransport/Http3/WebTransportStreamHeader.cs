using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// What a WebTransport stream begins with (draft-ietf-webtrans-http3 §4.2, §4.3): the stream type 0x54 or the signal 0x41, then the id of
/// its session. The application's bytes follow.
/// </summary>
/// <param name="Direction">Unidirectional for 0x54, bidirectional for 0x41.</param>
/// <param name="SessionId">The id of the session's CONNECT stream, divisible by four.</param>
public readonly record struct WebTransportStreamHeader(WebTransportStreamDirection Direction, long SessionId)
{
    /// <summary>The stream type of unidirectional streams.</summary>
    public const long UnidirectionalType = 0x54;

    /// <summary>The signal value of bidirectional streams.</summary>
    public const long BidirectionalSignal = 0x41;

    /// <summary>The largest session id, 2^62-4.</summary>
    public const long MaxSessionId = QuicVarInt.MaxValue - 3;

    /// <summary>The largest header in bytes.</summary>
    public const int MaxSize = 2 * QuicVarInt.MaxLength;

    /// <summary>The number of bytes, 3 to 10, that <see cref="Encode"/> writes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The session id is negative or above 2^62-1.</exception>
    public int GetSize() => 2 + QuicVarInt.GetLength(SessionId);

    /// <summary>Decodes a header from the start of <paramref name="source"/>.</summary>
    /// <param name="source">The first bytes of the stream.</param>
    /// <param name="header">The header.</param>
    /// <param name="bytesConsumed">2 to 16; 0 unless the result is <see cref="OperationStatus.Done"/>.</param>
    /// <param name="error"><see cref="WebTransportProtocolError.UnknownStreamSignal"/> (the first byte) or
    /// <see cref="WebTransportProtocolError.InvalidSessionId"/> (the byte after the signal).</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or <see cref="OperationStatus.InvalidData"/>.
    /// </returns>
    public static OperationStatus Decode(
        ReadOnlySpan<byte> source, out WebTransportStreamHeader header, out int bytesConsumed, out WebTransportProtocolError error)
    {
        header = default;
        bytesConsumed = 0;
        error = WebTransportProtocolError.None;
        if (QuicVarInt.Decode(source, out long signal, out int signalLength) != OperationStatus.Done)
        {
            return OperationStatus.NeedMoreData;
        }

        if (signal is not (UnidirectionalType or BidirectionalSignal))
        {
            error = WebTransportProtocolError.UnknownStreamSignal;
            return OperationStatus.InvalidData;
        }

        if (QuicVarInt.Decode(source[signalLength..], out long sessionId, out int idLength) != OperationStatus.Done)
        {
            return OperationStatus.NeedMoreData;
        }

        if (!IsValidSessionId(sessionId))
        {
            error = WebTransportProtocolError.InvalidSessionId;
            return OperationStatus.InvalidData;
        }

        bool unidirectional = signal == UnidirectionalType;
        header = new(unidirectional ? WebTransportStreamDirection.Unidirectional : WebTransportStreamDirection.Bidirectional, sessionId);
        bytesConsumed = signalLength + idLength;
        return OperationStatus.Done;
    }

    /// <summary>Encodes the header. The signal takes two bytes, <c>40 54</c> or <c>40 41</c>.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    /// <exception cref="InvalidOperationException"><see cref="SessionId"/> is not the id of a client-initiated bidirectional stream.</exception>
    public OperationStatus Encode(Span<byte> destination, out int bytesWritten)
    {
        if (!IsValidSessionId(SessionId))
        {
            throw new InvalidOperationException("A session id is divisible by four and at most 2^62-4.");
        }

        if (destination.Length < GetSize())
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        long signal = Direction == WebTransportStreamDirection.Unidirectional ? UnidirectionalType : BidirectionalSignal;
        QuicVarInt.Encode(signal, destination, out int signalLength);
        QuicVarInt.Encode(SessionId, destination[signalLength..], out int idLength);
        bytesWritten = signalLength + idLength;
        return OperationStatus.Done;
    }

    /// <summary>
    /// True for the ids of client-initiated bidirectional streams: session ids "MUST always correspond to a client-initiated bidirectional
    /// stream" (draft-ietf-webtrans-http3 §4).
    /// </summary>
    public static bool IsValidSessionId(long sessionId) => sessionId is >= 0 and <= MaxSessionId && (sessionId & 3) == 0;
}
