using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// A frame, or a piece of one whose payload comes in pieces. Control frames and frames up to <see cref="WebSocketFrameOptions.WholePayloadLength"/>
/// are always whole. <see cref="Payload"/> is unmasked and valid until the decoder or reader is used again.
/// </summary>
public readonly ref struct WebSocketFramePart
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WebSocketFramePart(
        WebSocketFrameHeader header, long offset, long payloadOffset, ReadOnlySpan<byte> payload, WebSocketProtocolError violation)
    {
        Header = header;
        Offset = offset;
        PayloadOffset = payloadOffset;
        Payload = payload;
        Violation = violation;
    }

    /// <summary>The header of the frame, the same on every piece.</summary>
    public WebSocketFrameHeader Header { get; }

    /// <summary>Where the frame begins, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>Where <see cref="Payload"/> begins in the payload of the frame, in bytes.</summary>
    public long PayloadOffset { get; }

    /// <summary>The payload, or this piece of it, unmasked.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The first rule that the frame breaks; only where <see cref="WebSocketFrameOptions.Lenient"/> is on.</summary>
    public WebSocketProtocolError Violation { get; }

    /// <summary>True on the first piece of the frame.</summary>
    public bool IsFirst => PayloadOffset == 0;

    /// <summary>True on the last piece of the frame.</summary>
    public bool IsLast => PayloadOffset + Payload.Length == Header.PayloadLength;

    /// <summary>Copies a frame that is whole, to keep it.</summary>
    /// <exception cref="InvalidOperationException">It is a piece of a frame.</exception>
    public OwnedWebSocketFrame ToOwned() => IsFirst && IsLast
        ? new(Header, Offset, Payload.ToArray(), Violation)
        : throw new InvalidOperationException("The part is a piece of a frame.");
}
