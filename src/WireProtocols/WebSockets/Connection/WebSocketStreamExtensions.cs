namespace WireProtocols.WebSockets;

/// <summary>A connection as a stream.</summary>
public static class WebSocketStreamExtensions
{
    /// <summary>The connection as a stream: reads give the payload of one message after the other, every write is a message of its own. The end of
    /// the stream is the peer's Close; disposing it closes the connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="opcode">What the written messages are; a write of text has to be whole characters.</param>
    public static Stream AsStream(this WebSocketConnection connection, WebSocketOpcode opcode = WebSocketOpcode.Binary)
    {
        ArgumentNullException.ThrowIfNull(connection);
        WebSocketMessageRules.ThrowIfNone(opcode, []);
        return new WebSocketMessageStream(connection, opcode);
    }
}
