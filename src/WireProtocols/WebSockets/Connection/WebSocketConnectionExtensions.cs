using System.Net.WebSockets;
using WireProtocols.Buffers;

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

    /// <summary>
    /// A platform's <see cref="WebSocket"/> (that of ASP.NET Core, a <see cref="ClientWebSocket"/>, any other) as a connection, for whatever takes
    /// one: whole messages, pieces, many senders, streams, a <c>WebSocketBroadcaster</c>, the instruments. Unlike a receive of the WebSocket, one
    /// of the connection may be cancelled and loses nothing.
    /// </summary>
    /// <remarks>
    /// What the platform keeps to itself stays there. Ping and Pong are its own: none is seen, those that are sent are dropped, and keep-alive is for
    /// its options to say. So is compression. A Close without a code is sent as one with 1000. Each byte is copied once more on its way than
    /// over a transport of this library.
    /// </remarks>
    /// <param name="webSocket">An open WebSocket. It is the connection's from then on: the end of the connection disposes it, and nobody else may use
    /// it.</param>
    /// <param name="role">Which end it is: <see cref="WebSocketRole.Client"/> for a <see cref="ClientWebSocket"/>.</param>
    /// <param name="options">Limits and times.</param>
    public static WebSocketConnection AsConnection(this WebSocket webSocket, WebSocketRole role, WebSocketConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(webSocket);
        SocketTransport transport = new(new WebSocketFramedStream(webSocket, role));
        return new WebSocketConnection(transport, role, options, deflate: null, webSocket.SubProtocol, canPing: false);
    }
}
