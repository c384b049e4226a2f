using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>How many members there are, on all nodes together.</summary>
public class BackplanePresenceTests
{
    private readonly MemoryBackplaneLog _log = new();

    [Fact]
    public async Task Members_of_all_nodes_are_counted()
    {
        int first = 2, second = 5;
        await using RunningNode a = Node(new MemoryBackplane(_log), () => first);
        await EventuallyAsync(() => a.Topic.Presence == 2);
        RunningNode b = Node(new MemoryBackplane(_log), () => second);
        await EventuallyAsync(() => a.Topic.Presence == 7 && b.Topic.Presence == 7);
        first = 0;
        await EventuallyAsync(() => b.Topic.Presence == 5);
        await b.DisposeAsync();
        await EventuallyAsync(() => a.Topic.Presence == 0);
    }

    [Fact]
    public async Task Members_of_a_node_that_says_nothing_any_more_expire()
    {
        FaultyBackplane faulty = new(new MemoryBackplane(_log), 1, 0);
        BackplaneNodeOptions quick = new()
        {
            CheckInterval = TimeSpan.FromMilliseconds(10),
            PresenceInterval = TimeSpan.FromMilliseconds(20),
            PresenceExpiry = TimeSpan.FromMilliseconds(200),
        };
        await using RunningNode a = Node(new MemoryBackplane(_log), () => 1, quick);
        await using RunningNode b = Node(faulty, () => 2, quick);
        await EventuallyAsync(() => a.Topic.Presence == 3);
        faulty.IsDown = true;
        await EventuallyAsync(() => a.Topic.Presence == 1 && b.Topic.Presence == 2);
        faulty.IsDown = false;
        await EventuallyAsync(() => a.Topic.Presence == 3 && b.Topic.Presence == 3);
    }

    private static RunningNode Node(IBackplane backplane, Func<int> members, BackplaneNodeOptions? options = null)
        => new(backplane, new BackplaneTopicOptions { CountMembers = members }, options);

    /// <summary>Presence is said now and then; there is nothing to wait for but the next time.</summary>
    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using CancellationTokenSource patience = new(RunningNode.Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
