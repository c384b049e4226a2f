using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>What one message after the other does, over a log in memory.</summary>
public class BackplaneTopicTests
{
    private static readonly BackplaneTopicOptions Local = new() { LossPolicy = BackplaneLossPolicy.DeliverLocally };

    private readonly MemoryBackplaneLog _log = new();

    [Fact]
    public async Task What_one_node_publishes_all_receive_in_one_order_with_its_position()
    {
        await using RunningNode a = await NodeAsync(), b = await NodeAsync(), c = await NodeAsync();
        for (int i = 0; i < 100; i++)
        {
            await (i % 2 == 0 ? a : b).PublishAsync(i);
        }

        foreach (RunningNode node in new[] { a, b, c })
        {
            await node.CameAsync(100);
            Assert.Equal(Enumerable.Range(0, 100), node.Numbers);
            Assert.Equal(a.Positions, node.Positions);
        }

        Assert.Equal(Enumerable.Range(1, 100), a.Positions.Select(p => (int)p.Sequence));
        Assert.Equal(a.Positions[^1], c.Topic.Position);
    }

    [Fact]
    public async Task News_that_nobody_hears_are_read_from_the_log()
    {
        FaultyBackplane mute = new(new MemoryBackplane(_log), 1, 0) { IsMute = true };
        await using RunningNode a = await NodeAsync();
        await using RunningNode b = await new RunningNode(mute).OpenedAsync();
        await a.PublishAsync(1);
        await b.CameAsync(1);
        await b.PublishAsync(2);
        await b.CameAsync(2);
        Assert.Equal([1, 2], b.Numbers);
    }

    [Fact]
    public async Task A_message_waits_while_the_backplane_is_lost()
    {
        FaultyBackplane faulty = new(new MemoryBackplane(_log), 1, 0);
        await using RunningNode a = await NodeAsync();
        await using RunningNode b = await new RunningNode(faulty).OpenedAsync();
        faulty.IsDown = true;
        await b.StateAsync(BackplaneState.Lost);
        Task waiting = b.PublishAsync(1).AsTask();
        await a.PublishAsync(2);
        Assert.False(waiting.IsCompleted);
        Assert.Empty(b.Numbers);
        Assert.Equal(1, b.Topic.Waiting);
        faulty.IsDown = false;
        await waiting.WaitAsync(RunningNode.Patience);
        await a.CameAsync(2);
        await b.CameAsync(2);
        Assert.Equal([2, 1], a.Numbers);
        Assert.Equal([2, 1], b.Numbers);
        Assert.Null(b.Node.LossReason);
    }

    [Fact]
    public async Task Or_is_received_here_at_once_and_there_later()
    {
        FaultyBackplane faulty = new(new MemoryBackplane(_log), 1, 0);
        await using RunningNode a = await NodeAsync();
        await using RunningNode b = await new RunningNode(faulty, Local).OpenedAsync();
        faulty.IsDown = true;
        await b.StateAsync(BackplaneState.Lost);
        Assert.StartsWith("The backplane is lost: ", b.Node.LossReason!.Message, StringComparison.Ordinal);
        await b.PublishAsync(1);
        await a.PublishAsync(2);
        await b.CameAsync(1);
        Assert.True(b.Positions[0].IsNone);
        faulty.IsDown = false;
        await b.CameAsync(2);
        await a.CameAsync(2);
        Assert.Equal([1, 2], b.Numbers);
        Assert.Equal([2, 1], a.Numbers);
    }

    [Fact]
    public async Task What_waits_for_the_log_when_it_is_lost_is_received_here_once()
    {
        FaultyBackplane faulty = new(new MemoryBackplane(_log), 1, 0) { IsMute = true };
        BackplaneNodeOptions slow = new() { CheckInterval = TimeSpan.FromMilliseconds(20), TopicCheckInterval = TimeSpan.FromDays(1) };
        await using RunningNode b = await new RunningNode(faulty, Local, slow).OpenedAsync();

        // In the log, and not heard here.
        await b.PublishAsync(1);
        faulty.IsDown = true;
        await b.StateAsync(BackplaneState.Lost);
        await b.PublishAsync(2);
        await b.CameAsync(2);
        faulty.IsDown = false;
        faulty.IsMute = false;
        await b.StateAsync(BackplaneState.Connected);
        await b.PublishAsync(3);
        await b.CameAsync(3);
        Assert.Equal([1, 2, 3], b.Numbers);
    }

    [Fact]
    public async Task A_log_that_is_lost_is_another_one_and_what_is_sent_again_comes_once()
    {
        await using RunningNode a = await NodeAsync(), b = await NodeAsync();
        await a.PublishAsync(1);
        await b.CameAsync(1);
        _log.Clear();
        await b.PublishAsync(2);
        await a.CameAsync(2);
        await a.PublishAsync(3);
        await a.CameAsync(3);
        await b.CameAsync(3);
        Assert.Equal([1, 2, 3], a.Numbers);
        Assert.Equal([1, 2, 3], b.Numbers);
        Assert.NotEqual(a.Positions[0].Epoch, a.Positions[1].Epoch);
        Assert.Equal(new BackplanePosition(a.Positions[1].Epoch, 0), Assert.Single(a.Missed));
    }

    [Fact]
    public async Task A_log_that_is_set_back_gives_no_position_out_twice()
    {
        await using RunningNode a = await NodeAsync(), b = await NodeAsync();
        await a.PublishAsync(1);
        await a.PublishAsync(2);
        await b.CameAsync(2);
        _log.SetBack(RunningNode.TopicName, 1);
        await b.PublishAsync(3);
        await a.CameAsync(3);
        await b.CameAsync(3);
        Assert.Equal([1, 2, 3], a.Numbers);
        Assert.Equal([1, 2, 3], b.Numbers);
        Assert.Equal(3, a.Positions.Distinct().Count());
        Assert.NotEqual(a.Positions[1].Epoch, a.Positions[2].Epoch);
    }

    [Fact]
    public async Task What_is_older_than_the_log_is_said_to_be_missed()
    {
        MemoryBackplaneLog small = new(maxMessages: 3);
        FaultyBackplane faulty = new(new MemoryBackplane(small), 1, 0);
        await using RunningNode a = await new RunningNode(new MemoryBackplane(small)).OpenedAsync();
        await using RunningNode b = await new RunningNode(faulty).OpenedAsync();
        faulty.IsDown = true;
        await b.StateAsync(BackplaneState.Lost);
        for (int i = 1; i <= 10; i++)
        {
            await a.PublishAsync(i);
        }

        faulty.IsDown = false;
        await b.CameAsync(3);
        Assert.Equal([8, 9, 10], b.Numbers);
        Assert.Equal(7, Assert.Single(b.Missed).Sequence);
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_nobody_and_misses_nothing()
    {
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<int> received = [];
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RunningNode a = await NodeAsync();
        await using BackplaneNode node = new(new MemoryBackplane(_log), RunningNode.Quick);
        BackplaneTopic slow = node.Open(
            RunningNode.TopicName,
            async (message, _) =>
            {
                await go.Task;
                received.Add(message.Payload.Span[3]);
                if (received.Count == 100)
                {
                    all.TrySetResult();
                }
            },
            new BackplaneTopicOptions { MaxUnreadEntries = 4 });
        await slow.WaitUntilOpenAsync();
        for (int i = 0; i < 100; i++)
        {
            await a.PublishAsync(i);
        }

        go.SetResult();
        await all.Task.WaitAsync(RunningNode.Patience);
        Assert.Equal(Enumerable.Range(0, 100), received);
    }

    [Fact]
    public async Task A_topic_that_is_opened_later_gets_as_much_as_it_wants_of_what_was()
    {
        await using RunningNode a = await NodeAsync();
        for (int i = 0; i < 10; i++)
        {
            await a.PublishAsync(i);
        }

        await using RunningNode b = await new RunningNode(new MemoryBackplane(_log), new BackplaneTopicOptions { Replay = 3 }).OpenedAsync();
        await using RunningNode c = await NodeAsync();
        Assert.Equal([7, 8, 9], b.Numbers);
        Assert.Empty(c.Numbers);
        await a.PublishAsync(10);
        await b.CameAsync(4);
        await c.CameAsync(1);
        Assert.Equal([10], c.Numbers);
    }

    [Fact]
    public async Task What_is_too_much_or_too_long_is_refused()
    {
        FaultyBackplane faulty = new(new MemoryBackplane(_log), 1, 0);
        BackplaneTopicOptions small = new() { MaxWaitingMessages = 2, MaxMessageLength = 4 };
        await using RunningNode a = await new RunningNode(faulty, small).OpenedAsync();
        Assert.Equal(4, a.Topic.MaxMessageLength);
        Assert.Throws<ArgumentException>("payload", () => a.Topic.PublishAsync(new byte[5]).AsTask().Wait());
        faulty.IsDown = true;
        await a.StateAsync(BackplaneState.Lost);
        Task[] waiting = [a.PublishAsync(1).AsTask(), a.PublishAsync(2).AsTask()];
        Assert.Throws<BackplaneException>(() => a.PublishAsync(3).AsTask().Wait());
        faulty.IsDown = false;
        await Task.WhenAll(waiting).WaitAsync(RunningNode.Patience);
    }

    [Fact]
    public async Task What_a_receiver_throws_costs_one_message()
    {
        List<int> received = [];
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using BackplaneNode node = new(new MemoryBackplane(_log), RunningNode.Quick);
        BackplaneTopic topic = node.Open("t", (message, _) =>
        {
            received.Add(message.Payload.Span[0]);
            if (received.Count == 3)
            {
                all.TrySetResult();
            }

            throw new InvalidOperationException("No.");
        });
        await topic.WaitUntilOpenAsync();
        for (byte i = 0; i < 3; i++)
        {
            await topic.PublishAsync(new[] { i });
        }

        await all.Task.WaitAsync(RunningNode.Patience);
        Assert.Equal([0, 1, 2], received);
    }

    [Fact]
    public async Task A_closed_topic_takes_nothing_and_may_be_opened_again()
    {
        await using BackplaneNode node = new(new MemoryBackplane(_log), RunningNode.Quick);
        BackplaneTopic topic = node.Open("t", (_, _) => default);
        Assert.Throws<InvalidOperationException>(() => node.Open("t", (_, _) => default));
        await topic.DisposeAsync();
        await topic.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => topic.PublishAsync(new byte[1]).AsTask().Wait());
        Assert.Empty(node.Topics);
        await using BackplaneTopic again = node.Open("t", (_, _) => default);
        Assert.Same(again, node.Topics["t"]);
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused()
    {
        await using BackplaneNode node = new(new MemoryBackplane(_log));
        foreach (string name in new[] { "", "\ud800", new string('x', BackplaneTopic.MaxNameLength + 1) })
        {
            Assert.Throws<ArgumentException>("topic", () => node.Open(name, (_, _) => default));
        }
    }

    private Task<RunningNode> NodeAsync() => new RunningNode(new MemoryBackplane(_log)).OpenedAsync();
}
