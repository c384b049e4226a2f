using WireProtocols.Backplane;
using WireProtocols.Benchmarks.Soak.Backplane;
using WireProtocols.Tests.Backplane;

namespace WireProtocols.InteropTests.Backplane;

/// <summary>What every backplane does with its real server. One that is new needs a subclass, and the server.</summary>
public abstract class BackplaneFacts
{
    private static readonly BackplaneTopicOptions Local = new() { LossPolicy = BackplaneLossPolicy.DeliverLocally };

    private static readonly BackplaneNodeOptions Times = new()
    {
        CheckInterval = TimeSpan.FromMilliseconds(100),
        Timeout = TimeSpan.FromSeconds(1),
        TopicCheckInterval = TimeSpan.FromMilliseconds(500),
    };

    protected abstract BackplaneServer CreateServer(bool isDurable);

    /// <summary>A backplane that retains as many messages of a topic.</summary>
    protected abstract IBackplane Connect(BackplaneServer server, int maxMessages = 10_000);

    [Fact]
    public async Task What_one_node_publishes_all_receive_in_one_order()
    {
        await using BackplaneServer server = await StartAsync();
        RunningNode[] nodes = await NodesAsync(server, new BackplaneTopicOptions());
        await PublishAsync(nodes, 0, 300);
        await CameAsync(nodes, 300);
        Assert.All(nodes, n => Assert.Equal(nodes[0].Positions, n.Positions));
        await using RunningNode late = await new RunningNode(Connect(server), new BackplaneTopicOptions { Replay = 10 }, Times).OpenedAsync();
        Assert.Equal(nodes[0].Numbers[^10..], late.Numbers);
        await EndAsync(nodes);
    }

    [Theory]
    [InlineData(BackplaneLossPolicy.Hold)]
    [InlineData(BackplaneLossPolicy.DeliverLocally)]
    public async Task A_server_that_is_killed_and_comes_back_with_its_log_costs_nothing(BackplaneLossPolicy policy)
    {
        await using BackplaneServer server = await StartAsync();
        RunningNode[] nodes = await NodesAsync(server, new BackplaneTopicOptions { LossPolicy = policy });
        await PublishAsync(nodes, 0, 100);
        List<Task> publishing = [];
        for (int round = 0; round < 3; round++)
        {
            publishing.Add(PublishAsync(nodes, 100 + (100 * round), 50));
            await server.KillAsync();
            await Task.WhenAll(nodes.Select(n => n.StateAsync(BackplaneState.Lost)));
            publishing.Add(PublishAsync(nodes, 150 + (100 * round), 50));
            await server.TryStartAsync();
            await Task.WhenAll(nodes.Select(n => n.StateAsync(BackplaneState.Connected)));
        }

        await Task.WhenAll(publishing).WaitAsync(RunningNode.Patience);
        await CameAsync(nodes, 400);
        Assert.All(nodes, n => Assert.Empty(n.Missed));
        if (policy == BackplaneLossPolicy.Hold)
        {
            Assert.All(nodes, n => Assert.Equal(nodes[0].Positions, n.Positions));
            Assert.Single(nodes[0].Positions.Select(p => p.Epoch).Distinct());
        }

        await EndAsync(nodes);
    }

    [Fact]
    public async Task A_server_that_comes_back_with_nothing_begins_another_log_and_all_are_told()
    {
        await using BackplaneServer server = await StartAsync(isDurable: false);
        RunningNode[] nodes = await NodesAsync(server, new BackplaneTopicOptions());
        await PublishAsync(nodes, 0, 100);
        await CameAsync(nodes, 100);
        await server.KillAsync();
        await Task.WhenAll(nodes.Select(n => n.StateAsync(BackplaneState.Lost)));
        Task publishing = PublishAsync(nodes, 100, 100);
        await server.TryStartAsync();
        await publishing.WaitAsync(RunningNode.Patience);
        await CameAsync(nodes, 200);
        Assert.All(nodes, n => Assert.Equal(2, n.Positions.Select(p => p.Epoch).Distinct().Count()));
        Assert.All(nodes, n => Assert.NotEmpty(n.Missed));
        await EndAsync(nodes);
    }

    [Fact]
    public async Task A_server_that_stands_still_is_lost_and_then_made_up_for()
    {
        await using BackplaneServer server = await StartAsync();
        RunningNode[] nodes = await NodesAsync(server, Local);
        await PublishAsync(nodes, 0, 30);
        await server.StopAsync();
        Task publishing = PublishAsync(nodes, 30, 30);
        await Task.WhenAll(nodes.Select(n => n.StateAsync(BackplaneState.Lost)));
        await PublishAsync(nodes, 60, 30);

        // Each node's clients have what was said on it.
        await Task.WhenAll(nodes.Select(n => n.CameAsync(30 + 20)));
        await server.ContinueAsync();
        await publishing;
        await CameAsync(nodes, 90);
        await EndAsync(nodes);
    }

    [Fact]
    public async Task A_log_keeps_as_much_as_it_is_told_and_says_what_is_gone()
    {
        await using BackplaneServer server = await StartAsync();
        await using IBackplane backplane = Connect(server, maxMessages: 5);
        Listener listener = new();
        await backplane.StartAsync(listener, default);
        BackplanePage empty = await backplane.ReadAsync("t", BackplanePosition.None, 10, default);
        Assert.Empty(empty.Entries);
        Assert.False(empty.IsGone);
        await backplane.SubscribeAsync("t", default);
        await AppendAsync(backplane, 1, 3);
        BackplanePage first = await backplane.ReadAsync("t", BackplanePosition.None, 10, default);
        Assert.Equal([1, 2, 3], Records(first));
        Assert.False(first.IsGone);

        // Once more, as where nobody knows whether it came through.
        await AppendAsync(backplane, 1, 3);
        await AppendAsync(backplane, 2, 10);
        BackplanePage all = await backplane.ReadAsync("t", BackplanePosition.None, 100, default);
        Assert.Equal([7, 8, 9, 10, 11], Records(all));
        int[] last = Records(await backplane.ReadAsync("t", all.Entries[3].Position, 10, default));
        Assert.Equal([11], last);
        int[] some = Records(await backplane.ReadAsync("t", all.Entries[0].Position, 2, default));
        Assert.Equal([8, 9], some);
        BackplanePage gone = await backplane.ReadAsync("t", first.Entries[1].Position, 2, default);
        Assert.True(gone.IsGone);
        Assert.Equal([7, 8], Records(gone));
        Assert.False((await backplane.ReadAsync("t", all.Head, 10, default)).IsGone);
        Assert.Empty((await backplane.ReadAsync("t", all.Head, 10, default)).Entries);
        Assert.True((await backplane.ReadAsync("t", new BackplanePosition(1, 3), 10, default)).IsGone);
        await listener.CameAsync(11);
        Assert.Equal(Enumerable.Range(1, 11), listener.Entries.Select(e => (int)e.Record.Span[0]));
        for (int i = 1; i < 11; i++)
        {
            Assert.Equal(listener.Entries[i - 1].Position, listener.Entries[i].Previous);
        }
    }

    [Fact]
    public async Task A_log_that_does_not_reach_what_is_known_is_another_one()
    {
        await using BackplaneServer server = await StartAsync();
        await using IBackplane backplane = Connect(server);
        await backplane.StartAsync(new Listener(), default);
        await AppendAsync(backplane, 1, 3);
        BackplanePosition head = (await backplane.ReadAsync("t", BackplanePosition.None, 0, default)).Head;
        BackplanePosition known = head with { Sequence = head.Sequence + 5 };
        BackplanePage page = await backplane.ReadAsync("t", known, 10, default);
        Assert.True(page.IsGone);
        Assert.NotEqual(head.Epoch, page.Head.Epoch);
        await AppendAsync(backplane, 4, 1);
        page = await backplane.ReadAsync("t", known, 10, default);
        Assert.True(page.IsGone);
        Assert.Equal(4, Records(page)[^1]);
    }

    [Theory]
    [InlineData("a b.*>{}:\"ü€\n")]
    [InlineData("%41")]
    [InlineData("/")]
    public async Task A_topic_may_have_any_name(string name)
    {
        await using BackplaneServer server = await StartAsync();
        await using BackplaneNode a = new(Connect(server), Times), b = new(Connect(server), Times);
        TaskCompletionSource<byte[]> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        BackplaneTopic here = a.Open(name, (_, _) => default);
        BackplaneTopic there = b.Open(name, (message, _) =>
        {
            received.TrySetResult(message.Payload.ToArray());
            return default;
        });
        BackplaneTopic other = b.Open(name + ".x", (_, _) => throw new InvalidOperationException("It is for another topic."));
        await Task.WhenAll(here.WaitUntilOpenAsync(), there.WaitUntilOpenAsync(), other.WaitUntilOpenAsync()).WaitAsync(RunningNode.Patience);
        await here.PublishAsync(new byte[] { 0, 10, 32, 255 });
        Assert.Equal([0, 10, 32, 255], await received.Task.WaitAsync(RunningNode.Patience));
    }

    [Fact]
    public async Task Members_are_counted_over_all_nodes()
    {
        await using BackplaneServer server = await StartAsync();
        RunningNode a = new(Connect(server), new BackplaneTopicOptions { CountMembers = () => 2 }, Times);
        RunningNode b = new(Connect(server), new BackplaneTopicOptions { CountMembers = () => 3 }, Times);
        using CancellationTokenSource patience = new(RunningNode.Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (a.Topic.Presence != 5 || b.Topic.Presence != 5)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }

        await b.DisposeAsync();
        while (a.Topic.Presence != 2)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }

        await a.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_begins_before_its_server_joins_when_that_comes()
    {
        await (await StartAsync()).DisposeAsync();
        await using BackplaneServer server = CreateServer(isDurable: true);
        await using RunningNode early = new(Connect(server), Local, Times);
        await early.StateAsync(BackplaneState.Lost);
        await early.PublishAsync(1);
        await early.CameAsync(1);
        await server.TryStartAsync();
        await early.OpenedAsync();
        await using RunningNode late = await new RunningNode(Connect(server), Local, Times).OpenedAsync();
        await late.PublishAsync(2);
        await early.CameAsync(2);
        Assert.Equal([1, 2], early.Numbers);
    }

    protected async Task<BackplaneServer> StartAsync(bool isDurable = true)
    {
        BackplaneServer server = CreateServer(isDurable);
        Assert.SkipUnless(await server.TryStartAsync(), $"{server.Program} is not installed (Debian's package {server.Program}).");
        return server;
    }

    protected async Task<RunningNode[]> NodesAsync(BackplaneServer server, BackplaneTopicOptions options)
        => await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new RunningNode(Connect(server), options, Times).OpenedAsync()));

    /// <summary>Each node in turn publishes a number.</summary>
    protected static Task PublishAsync(RunningNode[] nodes, int first, int count)
        => Task.WhenAll(Enumerable.Range(first, count).Select(i => nodes[i % nodes.Length].PublishAsync(i).AsTask()));

    /// <summary>Every number has come to every node, once.</summary>
    protected static async Task CameAsync(RunningNode[] nodes, int count)
    {
        foreach (RunningNode node in nodes)
        {
            await node.CameAsync(count);
            Assert.Equal(Enumerable.Range(0, count), node.Numbers.Order());
        }
    }

    protected static async Task EndAsync(RunningNode[] nodes)
    {
        foreach (RunningNode node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>Appends records of a byte each, whose number it is.</summary>
    private static ValueTask<BackplanePosition> AppendAsync(IBackplane backplane, int first, int count)
    {
        ReadOnlyMemory<byte>[] records = [.. Enumerable.Range(first, count).Select(i => new ReadOnlyMemory<byte>([(byte)i]))];
        return backplane.AppendAsync("t", new BackplaneBatch(7, first, records, BackplanePosition.None), default);
    }

    private static int[] Records(BackplanePage page) => [.. page.Entries.Select(e => (int)e.Record.Span[0])];

    private sealed class Listener : IBackplaneListener
    {
        private readonly Lock _lock = new();
        private readonly List<BackplaneEntry> _entries = [];
        private readonly List<(int Count, TaskCompletionSource Came)> _waiting = [];

        public BackplaneEntry[] Entries
        {
            get
            {
                lock (_lock)
                {
                    return [.. _entries];
                }
            }
        }

        public void Received(string topic, in BackplaneEntry entry)
        {
            lock (_lock)
            {
                _entries.Add(entry);
                _waiting.FindAll(w => w.Count <= _entries.Count).ForEach(w => w.Came.TrySetResult());
            }
        }

        public void Announced(ReadOnlySpan<byte> note)
        {
        }

        public void Interrupted()
        {
        }

        public async Task CameAsync(int count)
        {
            TaskCompletionSource came = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                if (_entries.Count >= count)
                {
                    return;
                }

                _waiting.Add((count, came));
            }

            await came.Task.WaitAsync(RunningNode.Patience);
        }
    }
}
