using Action = WireProtocols.WebSockets.WebSocketCloseAction;
using Event = WireProtocols.WebSockets.WebSocketCloseEvent;
using State = WireProtocols.WebSockets.WebSocketConnectionState;

namespace WireProtocols.WebSockets;

/// <summary>The closing of a connection (RFC 6455 §7.1, §5.5.1) as a table:
/// for every state and event the next state and what is to be done.</summary>
internal static class WebSocketCloseTable
{
    private static readonly (State Next, Action Action)[,] Table = new (State, Action)[4, 6]
    {
        // The columns: LocalClose, PeerClose, Answered, Failure, SendFailed, Lost.
        // After a send that failed the peer's Close may lie unread in the input, and "the status code ... contained in the first Close control
        // frame received" (RFC 6455 §7.1.5) is the connection's: so the input is read on. Once that Close is here, there is nothing more to read.
        {
            (State.CloseSent, Action.SendClose), (State.CloseReceived, Action.AnswerClose), (State.Open, Action.None),
            (State.Closed, Action.FailTransport), (State.CloseSent, Action.ReadOn), (State.Closed, Action.DropTransport)
        },

        // "...the WebSocket Closing Handshake is ... started. ... Once an endpoint has both sent and received a Close control frame, that
        // endpoint SHOULD _Close the WebSocket Connection_". A second Close is not sent after an error either: one has been.
        {
            (State.CloseSent, Action.None), (State.Closed, Action.EndTransport), (State.CloseSent, Action.None),
            (State.Closed, Action.EndTransport), (State.CloseSent, Action.ReadOn), (State.Closed, Action.DropTransport)
        },

        // "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send a Close frame in response."
        {
            (State.CloseReceived, Action.None), (State.CloseReceived, Action.None), (State.Closed, Action.EndTransport),
            (State.CloseReceived, Action.None), (State.Closed, Action.DropTransport), (State.Closed, Action.DropTransport)
        },
        {
            (State.Closed, Action.None), (State.Closed, Action.None), (State.Closed, Action.None),
            (State.Closed, Action.None), (State.Closed, Action.None), (State.Closed, Action.None)
        },
    };

    /// <summary>What <paramref name="closeEvent"/> means in <paramref name="state"/>.</summary>
    public static (State Next, Action Action) On(State state, Event closeEvent) => Table[(int)state, (int)closeEvent];
}
