using System.Text.Unicode;

namespace WireProtocols.WebSockets;

/// <summary>What a message may be, for those who send one.</summary>
internal static class WebSocketMessageRules
{
    /// <summary>"The 'Payload data' is text data encoded as UTF-8" (RFC 6455 §5.6), or it is binary.</summary>
    /// <exception cref="ArgumentException">The opcode is none of a message, or the payload of a text is not UTF-8.</exception>
    public static void ThrowIfNone(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        if (opcode is not (WebSocketOpcode.Text or WebSocketOpcode.Binary))
        {
            throw new ArgumentException("A message is Text or Binary.", nameof(opcode));
        }

        if (opcode == WebSocketOpcode.Text && !Utf8.IsValid(payload))
        {
            throw new ArgumentException("The payload of a text message has to be UTF-8.", nameof(payload));
        }
    }
}
