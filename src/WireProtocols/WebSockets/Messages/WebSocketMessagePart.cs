using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// A message or a piece of one, or a control frame between them. <see cref="Payload"/> is unmasked, inflated, and valid until the decoder or
/// connection is used again. The text of a message is valid UTF-8 as far as it has come; a piece may end inside a character.
/// </summary>
public readonly ref struct WebSocketMessagePart
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WebSocketMessagePart(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isFirst, bool isLast)
    {
        Opcode = opcode;
        Payload = payload;
        IsFirst = isFirst;
        IsLast = isLast;
    }

    /// <summary>
    /// <see cref="WebSocketOpcode.Text"/> or <see cref="WebSocketOpcode.Binary"/> on every piece of a message; or the control frame.
    /// </summary>
    public WebSocketOpcode Opcode { get; }

    /// <summary>The bytes of this piece; may be empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>True on the first piece of a message.</summary>
    public bool IsFirst { get; }

    /// <summary>True on the last piece of a message.</summary>
    public bool IsLast { get; }

    /// <summary>Copies a message that is whole, to keep it.</summary>
    /// <exception cref="InvalidOperationException">It is a piece of a message, or a control frame.</exception>
    public OwnedWebSocketMessage ToOwned() => IsFirst && IsLast && !Opcode.IsControl()
        ? OwnedWebSocketMessage.Copy(Opcode, Payload, isPooled: false)
        : throw new InvalidOperationException("The part is a piece of a message, or no message.");
}
