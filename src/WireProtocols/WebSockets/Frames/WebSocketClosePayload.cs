using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>The payload of a Close frame (RFC 6455 §5.5.1): nothing, or a 2-byte status code and a reason in UTF-8.</summary>
public static class WebSocketClosePayload
{
    /// <summary>The longest reason in bytes: what a control frame holds, less the code.</summary>
    public const int MaxReasonLength = WebSocketFrameHeader.MaxControlPayloadLength - 2;

    /// <summary>Decodes an unmasked payload.</summary>
    /// <param name="payload">The whole payload.</param>
    /// <param name="code">The status code; <see cref="WebSocketCloseCode.NoStatusReceived"/> for an empty payload.</param>
    /// <param name="reason">The reason, a slice of the payload, valid UTF-8.</param>
    /// <param name="error">The broken rule.</param>
    /// <param name="errorIndex">The index of the offending byte in the payload.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus Decode(
        ReadOnlySpan<byte> payload,
        out WebSocketCloseCode code,
        out ReadOnlySpan<byte> reason,
        out WebSocketProtocolError error,
        out int errorIndex)
    {
        code = WebSocketCloseCode.NoStatusReceived;
        reason = default;
        error = WebSocketProtocolError.None;
        errorIndex = 0;
        if (payload.IsEmpty)
        {
            return OperationStatus.Done;
        }

        // "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte order)"
        if (payload.Length < 2)
        {
            error = WebSocketProtocolError.CloseCodeTruncated;
            return OperationStatus.InvalidData;
        }

        code = (WebSocketCloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!code.IsValidOnWire())
        {
            error = WebSocketProtocolError.InvalidCloseCode;
            return OperationStatus.InvalidData;
        }

        reason = payload[2..];
        Utf8Validator validator = default;
        switch (validator.Validate(reason, out int invalidIndex))
        {
            case OperationStatus.InvalidData:
                error = WebSocketProtocolError.InvalidCloseReason;
                errorIndex = 2 + invalidIndex;
                return OperationStatus.InvalidData;
            case OperationStatus.NeedMoreData:
                error = WebSocketProtocolError.InvalidCloseReason;
                errorIndex = payload.Length;
                return OperationStatus.InvalidData;
            default:
                return OperationStatus.Done;
        }
    }

    /// <summary>Whether a payload may begin with these bytes, with more to come.</summary>
    internal static bool CanBegin(ReadOnlySpan<byte> start, out WebSocketProtocolError error, out int errorIndex)
    {
        if (start.Length < 2)
        {
            error = WebSocketProtocolError.None;
            errorIndex = 0;
            return true;
        }

        // An error behind the last byte is a character that is not complete yet.
        return Decode(start, out _, out _, out error, out errorIndex) == OperationStatus.Done || errorIndex == start.Length;
    }

    /// <summary>Encodes a payload.</summary>
    /// <param name="code">A code that is valid on the wire, or <see cref="WebSocketCloseCode.NoStatusReceived"/> for an empty payload.</param>
    /// <param name="reason">The reason, at most <see cref="MaxReasonLength"/> bytes of UTF-8.</param>
    /// <param name="destination">At least 2 bytes and the reason; <see cref="WebSocketFrameHeader.MaxControlPayloadLength"/> always suffice.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The code may not stand on the wire, the reason is
    /// too long, is not text or has no code, or the destination is too short.</exception>
    public static int Encode(WebSocketCloseCode code, ReadOnlySpan<char> reason, Span<byte> destination)
    {
        if (code == WebSocketCloseCode.NoStatusReceived && reason.IsEmpty)
        {
            return 0;
        }

        if (!code.IsValidOnWire())
        {
            throw new ArgumentException($"The code {(ushort)code} may not stand in a Close frame.", nameof(code));
        }

        Span<byte> text = stackalloc byte[MaxReasonLength];
        if (Utf8.FromUtf16(reason, text, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new ArgumentException($"The reason has to be text of at most {MaxReasonLength} bytes in UTF-8.", nameof(reason));
        }

        if (destination.Length < 2 + length)
        {
            throw new ArgumentException("The destination is too short.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)code);
        text[..length].CopyTo(destination[2..]);
        return 2 + length;
    }
}
