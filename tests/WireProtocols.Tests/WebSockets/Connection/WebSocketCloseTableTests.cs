using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketCloseTableTests
{
    /// <summary>The whole table: a line a state, an event, what follows and what is to be done.</summary>
    private const string Table = """
        Open LocalClose CloseSent SendClose
        Open PeerClose CloseReceived AnswerClose
        Open Answered Open None
        Open Failure Closed FailTransport
        Open SendFailed CloseSent ReadOn
        Open Lost Closed DropTransport
        CloseSent LocalClose CloseSent None
        CloseSent PeerClose Closed EndTransport
        CloseSent Answered CloseSent None
        CloseSent Failure Closed EndTransport
        CloseSent SendFailed CloseSent ReadOn
        CloseSent Lost Closed DropTransport
        CloseReceived LocalClose CloseReceived None
        CloseReceived PeerClose CloseReceived None
        CloseReceived Answered Closed EndTransport
        CloseReceived Failure CloseReceived None
        CloseReceived SendFailed Closed DropTransport
        CloseReceived Lost Closed DropTransport
        Closed LocalClose Closed None
        Closed PeerClose Closed None
        Closed Answered Closed None
        Closed Failure Closed None
        Closed SendFailed Closed None
        Closed Lost Closed None
        """;

    [Fact]
    public void Every_state_has_its_answer_to_every_event()
    {
        IEnumerable<string> rows =
            from state in Enum.GetValues<WebSocketConnectionState>()
            from closeEvent in Enum.GetValues<WebSocketCloseEvent>()
            let next = WebSocketCloseTable.On(state, closeEvent)
            select $"{state} {closeEvent} {next.Next} {next.Action}";
        Assert.Equal(Table.ReplaceLineEndings("\n").Split('\n'), rows);
    }

    /// <summary>The transport is ended once on every way through, and Close is sent at most once.</summary>
    [Fact]
    public void Every_way_ends_the_transport_once_and_sends_Close_once() => Walk(WebSocketConnectionState.Open, closes: 0, ends: 0, depth: 5);

    private static void Walk(WebSocketConnectionState state, int closes, int ends, int depth)
    {
        Assert.InRange(closes, 0, 1);
        Assert.Equal(state == WebSocketConnectionState.Closed ? 1 : 0, ends);
        if (depth == 0)
        {
            return;
        }

        foreach (WebSocketCloseEvent closeEvent in Enum.GetValues<WebSocketCloseEvent>())
        {
            (WebSocketConnectionState next, WebSocketCloseAction action) = WebSocketCloseTable.On(state, closeEvent);
            int close = action is WebSocketCloseAction.SendClose or WebSocketCloseAction.AnswerClose or WebSocketCloseAction.FailTransport ? 1 : 0;
            int end = action is WebSocketCloseAction.EndTransport or WebSocketCloseAction.FailTransport or WebSocketCloseAction.DropTransport ? 1 : 0;
            Walk(next, closes + close, ends + end, depth - 1);
        }
    }
}
