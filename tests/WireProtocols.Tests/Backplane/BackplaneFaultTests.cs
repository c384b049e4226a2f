using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>What clients, callbacks and slow calls can do to a topic: nothing to anybody else.</summary>
public class BackplaneFaultTests
{
    private readonly MemoryBackplaneLog _log = new();

    [Fact]
    public async Task A_position_of_a_client_that_the_log_has_not_reached_leaves_the_log_as_it_is()
    {
        await using RunningNode a = await NodeAsync(), b = await NodeAsync();
        await a.PublishAsync(1);
        await a.CameAsync(1);
        await b.CameAsync(1);
        BackplanePosition first = a.Positions[0];
        BackplaneHistory history = await a.Topic.ReadAsync(first with { Sequence = 1000 }, 10);
        Assert.True(history.IsGone);
        Assert.Empty(history.Messages);
        Assert.Equal(first, history.Head);
        await b.PublishAsync(2);
        await a.CameAsync(2);
        Assert.Equal(first with { Sequence = 2 }, a.Positions[1]);
        Assert.Empty(a.Missed);
        Assert.Equal(2, (await a.Topic.ReadAsync(first with { Sequence = 0 }, 10)).Messages.Count);
    }

    [Fact]
    public async Task A_position_of_a_client_that_is_ahead_of_this_node_is_read_behind()
    {
        FaultyBackplane mute = new(new MemoryBackplane(_log), 1, 0) { IsMute = true };
        BackplaneNodeOptions rare = new() { CheckInterval = TimeSpan.FromDays(1), TopicCheckInterval = TimeSpan.FromDays(1) };
        await using RunningNode a = await NodeAsync();
        await using RunningNode b = await new RunningNode(mute, null, rare).OpenedAsync();
        for (int i = 1; i <= 3; i++)
        {
            await a.PublishAsync(i);
        }

        await a.CameAsync(3);
        BackplaneHistory history = await b.Topic.ReadAsync(a.Positions[1], 10);
        Assert.False(history.IsGone);
        Assert.Equal(a.Positions[2], Assert.Single(history.Messages).Position);
    }

    [Fact]
    public async Task What_is_published_before_the_topic_is_open_is_received_here_too()
    {
        int failures = 5;
        HookedBackplane hooked = new(new MemoryBackplane(_log));
        hooked.Before = (what, _) => what == "subscribe" && failures-- > 0 ? throw new IOException("Not yet.") : Task.CompletedTask;
        await using RunningNode a = new(hooked);
        Task publishing = a.PublishAsync(1).AsTask();
        await publishing.WaitAsync(RunningNode.Patience);
        await a.OpenedAsync();
        Assert.True(hooked.Done.ToList().IndexOf("subscribe") < hooked.Done.ToList().IndexOf("append"), string.Join(' ', hooked.Done));
        await a.CameAsync(1);
        Assert.Equal([1], a.Numbers);
    }

    [Fact]
    public async Task Members_that_cannot_be_counted_stop_nothing()
    {
        FaultyBackplane faulty = new(new MemoryBackplane(_log), 1, 0);
        await using RunningNode a = new(faulty, new BackplaneTopicOptions { CountMembers = () => throw new InvalidOperationException("No.") });
        await a.OpenedAsync();
        faulty.IsDown = true;
        await a.StateAsync(BackplaneState.Lost);
        faulty.IsDown = false;
        await a.StateAsync(BackplaneState.Connected);
    }

    [Fact]
    public async Task A_topic_that_is_closed_hears_no_more_before_it_can_be_opened_again()
    {
        HookedBackplane hooked = new(new MemoryBackplane(_log));
        hooked.Before = async (what, _) =>
        {
            for (int i = 0; what == "unsubscribe" && i < 100; i++)
            {
                await Task.Yield();
            }
        };
        BackplaneNodeOptions rare = new() { CheckInterval = TimeSpan.FromMilliseconds(20), TopicCheckInterval = TimeSpan.FromDays(1) };
        await using BackplaneNode node = new(hooked, rare);
        for (int round = 0; round < 10; round++)
        {
            BackplaneTopic topic = node.Open("t", (_, _) => default);
            await topic.WaitUntilOpenAsync().WaitAsync(RunningNode.Patience);
            await topic.DisposeAsync();
            Assert.Equal(round + 1, hooked.Done.Count(d => d == "unsubscribe"));
        }
    }

    [Fact]
    public async Task A_node_that_is_closed_says_so_when_it_says_nothing_else_any_more()
    {
        int members = 1;
        bool isSlow = false;
        bool isTooEarly = false;
        CancellationToken slow = new(true);
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HookedBackplane hooked = new(new MemoryBackplane(_log));
        hooked.Before = async (what, end) =>
        {
            isTooEarly |= what == "announce" && !slow.IsCancellationRequested;
            if (what == "announce" && isSlow)
            {
                isSlow = false;
                slow = end;
                reached.SetResult();
                await Task.Delay(Timeout.Infinite, end);
            }
        };
        await using RunningNode other = await NodeAsync();
        RunningNode a = await new RunningNode(hooked, new BackplaneTopicOptions { CountMembers = () => members }).OpenedAsync();
        using (CancellationTokenSource patience = new(RunningNode.Patience))
        using (PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5)))
        {
            while (other.Topic.Presence != 1)
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }

        isSlow = true;
        members = 2;
        await reached.Task.WaitAsync(RunningNode.Patience);
        await a.DisposeAsync().AsTask().WaitAsync(RunningNode.Patience);
        Assert.False(isTooEarly);
        Assert.Equal(0, other.Topic.Presence);
    }

    [Fact]
    public async Task A_log_in_memory_is_bounded_in_bytes()
    {
        MemoryBackplaneLog small = new(maxMessages: 100, maxBytes: 1000);
        await using RunningNode a = await new RunningNode(new MemoryBackplane(small)).OpenedAsync();
        for (int i = 0; i < 200; i++)
        {
            await a.Topic.PublishAsync(new byte[84]);
            await a.CameAsync(i + 1);
        }

        BackplaneHistory history = await a.Topic.ReadAsync(a.Positions[0], 1000);
        Assert.True(history.IsGone);
        Assert.Equal(a.Positions[^10..], history.Messages.Select(m => m.Position));
        await a.Topic.PublishAsync(new byte[2000]);
        await a.CameAsync(201);
        Assert.Empty((await a.Topic.ReadAsync(a.Positions[^2], 10)).Messages);
    }

    private Task<RunningNode> NodeAsync() => new RunningNode(new MemoryBackplane(_log)).OpenedAsync();
}
