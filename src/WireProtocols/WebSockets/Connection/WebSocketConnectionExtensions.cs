using System.Net.WebSockets;

namespace WireProtocols.WebSockets;

/// <summary>A connection as what other code takes.</summary>
public static class WebSocketConnectionExtensions
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

    /// <summary>The connection as the platform's <see cref="WebSocket"/>, for code
    /// that takes that. Disposing it aborts the connection, as there.</summary>
    /// <param name="connection">The connection.</param>
    public static WebSocket AsWebSocket(this WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new WebSocketAdapter(connection);
    }
}
