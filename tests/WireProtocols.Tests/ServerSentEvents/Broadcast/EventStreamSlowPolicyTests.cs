using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamSlowPolicyTests
{
    [Theory]
    [InlineData(EventStreamSlowPolicy.DropOldest, "3,4")]
    [InlineData(EventStreamSlowPolicy.KeepLatest, "4")]
    public async Task What_waits_too_long_makes_room(EventStreamSlowPolicy policy, string expected)
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { SlowPolicy = policy, MaxWaitingEvents = 2 });
        using EventStreamSubscription subscription = broadcaster.Subscribe();
        for (int number = 1; number <= 4; number++)
        {
            broadcaster.Publish($"{number}");
        }

        broadcaster.Complete();
        (EventStreamSubscriptionEnd end, List<string> events) = await RunAsync(subscription);
        Assert.Equal(EventStreamSubscriptionEnd.Completed, end);
        Assert.Equal(expected, string.Join(',', events));
        Assert.Equal(4 - events.Count, subscription.Dropped);
    }

    [Fact]
    public async Task Where_slow_writers_are_waited_for_nobody_misses_anything()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { SlowPolicy = EventStreamSlowPolicy.Wait, MaxWaitingEvents = 1 });
        using EventStreamSubscription subscription = broadcaster.Subscribe();
        await broadcaster.PublishAsync("1"u8.ToArray());
        Task<string> second = broadcaster.PublishAsync("2"u8.ToArray()).AsTask();
        Assert.False(second.IsCompleted);
        Task<(EventStreamSubscriptionEnd, List<string> Events)> run = RunAsync(subscription);
        await second;
        await broadcaster.PublishAsync("3"u8.ToArray());
        broadcaster.Complete();
        Assert.Equal(["1", "2", "3"], (await run).Events);
        Assert.Equal(0, subscription.Dropped);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_lets_the_slow_writer_go()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { SlowPolicy = EventStreamSlowPolicy.Wait, MaxWaitingEvents = 1 });
        using EventStreamSubscription subscription = broadcaster.Subscribe();
        await broadcaster.PublishAsync("1"u8.ToArray());
        using CancellationTokenSource patience = new();
        Task<string> second = broadcaster.PublishAsync("2"u8.ToArray(), default, patience.Token).AsTask();
        await patience.CancelAsync();
        Assert.EndsWith("-2", await second);
        Assert.Equal(0, broadcaster.Subscribers);
    }

    [Fact]
    public async Task A_writer_that_leaves_is_waited_for_no_longer()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { SlowPolicy = EventStreamSlowPolicy.Wait, MaxWaitingEvents = 1 });
        EventStreamSubscription subscription = broadcaster.Subscribe();
        await broadcaster.PublishAsync("1"u8.ToArray());
        Task<string> second = broadcaster.PublishAsync("2"u8.ToArray()).AsTask();
        subscription.Dispose();
        await second;
        Assert.Equal(0, broadcaster.Subscribers);
    }

    [Fact]
    public void Who_cannot_wait_is_told_so()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { SlowPolicy = EventStreamSlowPolicy.Wait });
        Assert.Throws<InvalidOperationException>(() => broadcaster.Publish("1"));
    }

    [Fact]
    public void Drops_and_subscriptions_are_counted()
    {
        Dictionary<string, long> counts = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "WireProtocols.ServerSentEvents")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        int thread = Environment.CurrentManagedThreadId;
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            // Other tests run at the same time on other threads.
            if (Environment.CurrentManagedThreadId == thread)
            {
                counts[instrument.Name] = counts.GetValueOrDefault(instrument.Name) + value;
            }
        });
        listener.Start();
        EventStreamBroadcaster dropping = new(new EventStreamBroadcasterOptions { SlowPolicy = EventStreamSlowPolicy.KeepLatest });
        using (dropping.Subscribe())
        {
            dropping.Publish("1");
            dropping.Publish("2");
            Assert.Equal((1, 1), (counts["sse.broadcast.subscriptions"], counts["sse.broadcast.queued"]));
        }

        // What waits for one that has left waits no longer.
        Assert.Equal(0, counts["sse.broadcast.queued"]);

        EventStreamBroadcaster strict = new(new EventStreamBroadcasterOptions { MaxWaitingEvents = 1 });
        using EventStreamSubscription slow = strict.Subscribe();
        strict.Publish("1");
        strict.Publish("2");
        Assert.Equal((4L, 1L, 1L), (counts["sse.broadcast.events"], counts["sse.broadcast.drops"], counts["sse.broadcast.disconnects"]));
        Assert.Equal(1, counts["sse.broadcast.subscriptions"]);
    }

    private static async Task<(EventStreamSubscriptionEnd End, List<string> Events)> RunAsync(EventStreamSubscription subscription)
    {
        Pipe pipe = new();
        await using EventStreamWriter writer = new(pipe.Writer);
        EventStreamSubscriptionEnd end = await subscription.RunAsync(writer);
        await pipe.Writer.CompleteAsync();
        using EventStreamReader reader = new(pipe.Reader);
        return (end, await reader.ReadAllAsync().Select(e => e.Data).ToListAsync());
    }
}
