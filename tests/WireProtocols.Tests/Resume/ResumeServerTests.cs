using WireProtocols.Resume;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Resume;

public sealed class ResumeServerTests : IAsyncDisposable
{
    private readonly List<Exception> _failures = [];
    private readonly ResumeServer _server;

    public ResumeServerTests() => _server = new ResumeServer(EchoAsync, null, new ResumeServerOptions { HandlerFailed = _failures.Add });

    public static TheoryData<string, string> Violations => new()
    {
        { "a message that is not the next", "020561" },
        { "an acknowledgement of what was never sent", "0301" },
        { "a second HELLO", "0400" },
        { "a WELCOME", "05000100112233445566778899aabbccddeeff" },
        { "a RETRY", "070000" },
        { "a type that there is not", "63" },
        { "a text that is no UTF-8", "0101ff" },
        { "a text message", "" },
    };

    [Fact]
    public async Task A_session_outlives_its_connection_and_nothing_is_lost_or_comes_twice()
    {
        await using RawResumePeer first = new(_server);
        OwnedResumeFrame welcome = await first.OpenAsync();
        await first.SendAsync(ResumeFrames.Text(1, "a"u8).ToOwned());
        await first.SendAsync(ResumeFrames.Text(2, "b"u8).ToOwned());
        Assert.Equal("61", Hex(await first.ReceiveAsync()));
        Assert.Equal("62", Hex(await first.ReceiveAsync()));
        await first.DisposeAsync();
        await first.Served.WaitAsync(RawResumePeer.Patience);

        await using RawResumePeer second = new(_server);
        OwnedResumeFrame again = await second.OpenAsync(welcome.Session, 1);
        Assert.Equal((welcome.Session, 2L), (again.Session, again.Sequence));
        await second.SendAsync(ResumeFrames.Text(2, "b"u8).ToOwned());
        await second.SendAsync(ResumeFrames.Text(3, "c"u8).ToOwned());
        OwnedResumeFrame missed = (await second.ReceiveAsync())!;
        Assert.Equal((2L, "62"), (missed.Sequence, Hex(missed)));
        Assert.Equal("63", Hex(await second.ReceiveAsync()));
        Assert.Equal(1, _server.Sessions);
        await second.SendAsync(ResumeFrames.End().ToOwned());
        Assert.Null(await second.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.NormalClosure, second.CloseCode);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task The_newest_connection_has_the_session()
    {
        await using RawResumePeer first = new(_server);
        OwnedResumeFrame welcome = await first.OpenAsync();
        await using RawResumePeer second = new(_server);
        await second.OpenAsync(welcome.Session);
        OwnedResumeFrame gone = (await first.ReceiveAsync())!;
        Assert.Equal((ResumeFrameType.Gone, ResumeGoneReason.TakenOver), (gone.Type, gone.Reason));
        Assert.Null(await first.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.PolicyViolation, first.CloseCode);
        await second.SendAsync(ResumeFrames.Text(1, "a"u8).ToOwned());
        Assert.Equal("61", Hex(await second.ReceiveAsync()));
    }

    [Fact]
    public async Task A_session_that_is_not_known_is_gone_and_another_begins()
    {
        await using RawResumePeer peer = new(_server);
        ResumeSessionId unknown = ResumeSessionId.Create();
        await peer.SendAsync(ResumeFrames.Hello(unknown, 7).ToOwned());
        Assert.Equal(ResumeGoneReason.Session, (await peer.ReceiveAsync())!.Reason);
        OwnedResumeFrame welcome = (await peer.ReceiveAsync())!;
        Assert.Equal((ResumeFrameType.Welcome, 0L), (welcome.Type, welcome.Sequence));
        Assert.NotEqual(unknown, welcome.Session);
    }

    [Fact]
    public async Task What_was_acknowledged_is_not_there_any_more()
    {
        await using RawResumePeer first = new(_server);
        OwnedResumeFrame welcome = await first.OpenAsync();
        await first.SendAsync(ResumeFrames.Text(1, "a"u8).ToOwned());
        await first.ReceiveAsync();
        await first.SendAsync(ResumeFrames.Ack(1).ToOwned());
        await first.SendAsync(ResumeFrames.Text(2, "b"u8).ToOwned());
        await first.ReceiveAsync();
        await using RawResumePeer second = new(_server);
        await second.SendAsync(ResumeFrames.Hello(welcome.Session, 0).ToOwned());
        Assert.Equal(ResumeGoneReason.Messages, (await second.ReceiveAsync())!.Reason);
        Assert.Equal(ResumeFrameType.Welcome, (await second.ReceiveAsync())!.Type);
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Who_breaks_a_rule_is_closed(string what, string hex)
    {
        await using RawResumePeer peer = new(_server);
        await peer.OpenAsync();
        await peer.SendAsync(hex.Length == 0 ? WebSocketOpcode.Text : WebSocketOpcode.Binary, Convert.FromHexString(hex));
        while (await peer.ReceiveAsync() is not null)
        {
            // It may have something to say first.
        }

        Assert.True(peer.CloseCode == WebSocketCloseCode.ProtocolError, what);
    }

    [Fact]
    public async Task The_first_frame_is_hello()
    {
        await using RawResumePeer peer = new(_server);
        await peer.SendAsync(ResumeFrames.Text(1, "a"u8).ToOwned());
        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.ProtocolError, peer.CloseCode);
        Assert.Equal(0, _server.Sessions);
    }

    [Fact]
    public async Task A_server_that_goes_away_names_the_time_to_come_back()
    {
        await using RawResumePeer peer = new(_server);
        OwnedResumeFrame welcome = await peer.OpenAsync();
        await _server.DrainAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)).WaitAsync(RawResumePeer.Patience);
        OwnedResumeFrame retry = (await peer.ReceiveAsync())!;
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)), (retry.Delay, retry.Window));
        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.GoingAway, peer.CloseCode);

        await using RawResumePeer late = new(_server);
        await late.SendAsync(ResumeFrames.Hello(welcome.Session).ToOwned());
        Assert.Equal(ResumeFrameType.Retry, (await late.ReceiveAsync())!.Type);
        ResumePostAnswer answer = await _server.PostAsync([ResumeFrames.Hello(welcome.Session).ToOwned()]);
        Assert.Equal((true, TimeSpan.FromSeconds(62)), (answer.IsRefused, answer.RetryAfter));
    }

    [Fact]
    public async Task Where_there_is_no_room_the_client_is_asked_to_come_back()
    {
        using ResumeMemoryStore store = new(new ResumeMemoryStoreOptions { MaxSessions = 1 });
        await using ResumeServer server = new(EchoAsync, store);
        await using RawResumePeer first = new(server);
        await first.OpenAsync();
        await using RawResumePeer second = new(server);
        await second.SendAsync(ResumeFrames.Hello().ToOwned());
        Assert.Equal(ResumeFrameType.Retry, (await second.ReceiveAsync())!.Type);
        Assert.Null(await second.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.TryAgainLater, second.CloseCode);
    }

    [Fact]
    public async Task A_handler_that_throws_does_not_say_that_all_is_well()
    {
        await using ResumeServer server = new(
            async (session, _) =>
            {
                await session.ReceiveAsync(CancellationToken.None);
                throw new InvalidOperationException("It broke.");
            },
            null,
            new ResumeServerOptions { HandlerFailed = _failures.Add });
        await using RawResumePeer peer = new(server);
        await peer.OpenAsync();
        await peer.SendAsync(ResumeFrames.Text(1, "a"u8).ToOwned());
        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.InternalError, peer.CloseCode);
        Assert.Equal("It broke.", Assert.Single(_failures).Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static async Task EchoAsync(ResumeServerSession session, CancellationToken lost)
    {
        await foreach (ResumeMessage message in session.ReadAllAsync(lost))
        {
            await session.SendAsync(message, lost);
        }
    }

    private static string Hex(OwnedResumeFrame? frame) => Convert.ToHexStringLower(frame!.Payload.Span);
}
