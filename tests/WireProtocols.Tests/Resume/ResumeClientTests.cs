using WireProtocols.Benchmarks.Soak.Resume;
using WireProtocols.Resume;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Resume;

public sealed class ResumeClientTests
{
    private static readonly WebSocketConnectionOptions Connection = new() { CloseTimeout = TimeSpan.FromMilliseconds(200) };

    private static readonly ReconnectBackoffOptions Soon
        = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(10) };

    [Fact]
    public async Task What_is_sent_offline_arrives_once_there_is_a_way()
    {
        await using ResumeServer server = new(EchoAsync);
        FailingTransport transport = new(3, new TroubleTransport([server], new Random(1), Connection, new TroubleCounts()));
        await using ResumeClient client = new(transport, new ResumeClientOptions { Backoff = Soon });
        for (int i = 0; i < 10; i++)
        {
            await client.SendTextAsync($"{i}");
        }

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal($"{i}", (await ReceiveAsync(client))!.Value.GetText());
        }

        await client.CloseAsync();
        Assert.Equal((0, ResumeClientState.Closed), (client.PendingMessages, client.State));
        Assert.Null(await ReceiveAsync(client));
        await Assert.ThrowsAsync<ResumeEndedException>(async () => await client.SendTextAsync("late"));
    }

    [Fact]
    public async Task The_policy_says_what_happens_offline_where_there_is_no_room()
    {
        await using ResumeClient failing = Offline(ResumeFullPolicy.Fail);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await failing.SendTextAsync("c"));
        await using ResumeClient dropping = Offline(ResumeFullPolicy.DropOldest);
        await dropping.SendTextAsync("c");
        Assert.Equal((2, 1L), (dropping.PendingMessages, dropping.DroppedMessages));
        await using ResumeClient waiting = Offline(ResumeFullPolicy.Wait);
        using CancellationTokenSource stop = new();
        Task sending = waiting.SendTextAsync("c", stop.Token).AsTask();
        Assert.False(sending.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(2, waiting.PendingMessages);
    }

    [Fact]
    public async Task A_client_gives_up_where_it_is_told_to()
    {
        FailingTransport transport = new(int.MaxValue, null!);
        await using ResumeClient client = new(
            transport,
            new ResumeClientOptions { Backoff = new ReconnectBackoffOptions { FirstDelay = TimeSpan.Zero, MaxAttempts = 3 } });
        await Assert.ThrowsAsync<ResumeEndedException>(() => ReceiveAsync(client));
        Assert.Equal(3, transport.Attempts);
    }

    [Fact]
    public async Task The_chain_goes_on_to_the_next_transport_at_once()
    {
        await using ResumeServer server = new(EchoAsync);
        List<ResumeStateChange> changes = [];
        FailingTransport first = new(int.MaxValue, null!);
        await using ResumeClient client = new(
            [first, new TroubleTransport([server], new Random(1), Connection, new TroubleCounts())],
            new ResumeClientOptions { StateChanged = changes.Add });
        await client.SendTextAsync("a");
        Assert.Equal("a", (await ReceiveAsync(client))!.Value.GetText());
        Assert.Equal((1, "memory"), (first.Attempts, changes[0].Transport));
    }

    [Fact]
    public async Task A_session_that_is_gone_ends_the_client_with_what_is_in_doubt()
    {
        (ResumeServer[] nodes, TroubleTransport transport) = Nodes();
        await using ResumeClient client = new(transport, new ResumeClientOptions { Backoff = Soon });
        await client.SendTextAsync("a");
        Assert.Equal("a", (await ReceiveAsync(client))!.Value.GetText());
        nodes[0] = new ResumeServer(EchoAsync);
        client.Reconnect();
        ResumeEndedException ended = await Assert.ThrowsAsync<ResumeEndedException>(() => ReceiveAsync(client));
        Assert.Equal(ResumeGoneReason.Session, ended.Loss!.Reason);
        Assert.Equal(["a"], ended.Loss.Unacknowledged.Select(m => m.GetText()));
    }

    [Fact]
    public async Task A_session_that_is_gone_is_followed_by_another_where_somebody_is_told()
    {
        (ResumeServer[] nodes, TroubleTransport transport) = Nodes();
        TaskCompletionSource<ResumeLoss> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ResumeClient client = new(transport, new ResumeClientOptions { Backoff = Soon, SessionLost = lost.SetResult });
        await client.SendTextAsync("a");
        Assert.Equal("a", (await ReceiveAsync(client))!.Value.GetText());
        nodes[0] = new ResumeServer(EchoAsync);
        client.Reconnect();
        Assert.Equal(ResumeGoneReason.Session, (await lost.Task.WaitAsync(RawResumePeer.Patience)).Reason);
        await client.SendTextAsync("b");
        ResumeMessage next = (await ReceiveAsync(client))!.Value;
        Assert.Equal((1L, "b"), (next.Sequence, next.GetText()));
    }

    [Fact]
    public async Task A_server_that_goes_away_is_left_alone_until_the_time_that_it_named()
    {
        ManualTimeProvider time = new();
        (ResumeServer[] nodes, TroubleTransport transport) = Nodes();
        TaskCompletionSource<TimeSpan> waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ResumeClient client = new(
            transport,
            new ResumeClientOptions
            {
                TimeProvider = time,
                StateChanged = change => _ = change.State == ResumeClientState.Connecting && waits.TrySetResult(change.Delay),
            });
        await client.SendTextAsync("a");
        Assert.Equal("a", (await ReceiveAsync(client))!.Value.GetText());
        await nodes[0].DrainAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40));
        Assert.InRange(await waits.Task.WaitAsync(RawResumePeer.Patience), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
        Assert.Equal(1, transport.Connections);
    }

    [Fact]
    public async Task A_session_that_another_client_has_taken_is_not_fought_for()
    {
        (ResumeServer[] nodes, TroubleTransport transport) = Nodes();
        ResumeSessionId id = default;
        nodes[0] = new ResumeServer(async (session, lost) =>
        {
            id = session.Id;
            await EchoAsync(session, lost);
        });
        await using ResumeClient client = new(transport, new ResumeClientOptions { Backoff = Soon });
        await client.SendTextAsync("a");
        await ReceiveAsync(client);
        await using RawResumePeer thief = new(nodes[0]);
        await thief.OpenAsync(id, 1);
        await Assert.ThrowsAsync<ResumeEndedException>(() => ReceiveAsync(client));
        Assert.Equal(1, transport.Connections);
    }

    [Fact]
    public async Task Closing_does_not_wait_for_ever()
    {
        await using ResumeClient client = new(
            new FailingTransport(int.MaxValue, null!), new ResumeClientOptions { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        await client.SendTextAsync("a");
        await Assert.ThrowsAsync<TimeoutException>(() => client.CloseAsync());
        Assert.Equal(1, client.PendingMessages);
        await client.DisposeAsync();
    }

    private static (ResumeServer[] Nodes, TroubleTransport Transport) Nodes()
    {
        ResumeServer[] nodes = [new(EchoAsync)];
        return (nodes, new TroubleTransport(nodes, new Random(1), Connection, new TroubleCounts()));
    }

    private static ResumeClient Offline(ResumeFullPolicy policy)
    {
        ResumeClient client = new(
            new FailingTransport(int.MaxValue, null!),
            new ResumeClientOptions { Session = new ResumeSessionOptions { MaxPendingMessages = 2, FullPolicy = policy } });
        Assert.True(client.SendTextAsync("a").IsCompletedSuccessfully);
        Assert.True(client.SendTextAsync("b").IsCompletedSuccessfully);
        return client;
    }

    private static Task<ResumeMessage?> ReceiveAsync(ResumeClient client) => client.ReceiveAsync().AsTask().WaitAsync(RawResumePeer.Patience);

    private static async Task EchoAsync(ResumeServerSession session, CancellationToken lost)
    {
        await foreach (ResumeMessage message in session.ReadAllAsync(lost))
        {
            await session.SendAsync(message, lost);
        }
    }

    private sealed class FailingTransport(int failures, ResumeTransport inner) : ResumeTransport
    {
        public int Attempts { get; private set; }

        public override string Name => "failing";

        public override ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
            => Attempts++ < failures ? throw new IOException("There is no way.") : inner.ConnectAsync(hello, cancellationToken);
    }
}
