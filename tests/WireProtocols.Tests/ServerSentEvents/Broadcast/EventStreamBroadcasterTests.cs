using System.IO.Pipelines;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamBroadcasterTests
{
    [Fact]
    public async Task Everybody_gets_every_event_with_its_id()
    {
        EventStreamBroadcaster broadcaster = new();
        (Task<EventStreamSubscriptionEnd> Run, Pipe Pipe)[] readers = [.. Enumerable.Range(0, 3).Select(_ => Subscribe(broadcaster))];
        string first = broadcaster.Publish("a\nb", "t");
        string second = broadcaster.Publish("c"u8);
        string third = broadcaster.PublishJson(new Token("d"), EventStreamJson.Default.Token);
        broadcaster.Complete();
        foreach ((Task<EventStreamSubscriptionEnd> run, Pipe pipe) in readers)
        {
            Assert.Equal(EventStreamSubscriptionEnd.Completed, await run);
            Assert.Equal([new("t", "a\nb", first), new("message", "c", second), new("message", "{\"Text\":\"d\"}", third)], await ReadAsync(pipe));
        }

        Assert.Equal(0, broadcaster.Subscribers);
        Assert.Throws<InvalidOperationException>(() => broadcaster.Publish("late"));
    }

    [Fact]
    public async Task Who_comes_back_gets_what_was_missed_and_then_what_is_new()
    {
        EventStreamBroadcaster broadcaster = new();
        string[] ids = [.. Enumerable.Range(0, 5).Select(i => broadcaster.Publish($"{i}"))];
        EventStreamSubscription subscription = broadcaster.Subscribe(ids[2]);
        Assert.Equal(EventStreamReplay.Complete, subscription.Replay);
        broadcaster.Publish("5");
        Pipe pipe = new();
        Task<EventStreamSubscriptionEnd> run = RunAsync(subscription, pipe);
        broadcaster.Publish("6");
        broadcaster.Complete();
        Assert.Equal(EventStreamSubscriptionEnd.Completed, await run);
        Assert.Equal(["3", "4", "5", "6"], (await ReadAsync(pipe)).Select(e => e.Data));
    }

    [Fact]
    public void What_is_gone_is_said_to_be_gone()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { MaxReplayEvents = 2 });
        string first = broadcaster.Publish("a");
        broadcaster.Publish("b");
        broadcaster.Publish("c");
        Assert.Equal(EventStreamReplay.Gone, broadcaster.Subscribe(first).Replay);
        Assert.Equal(EventStreamReplay.Gone, broadcaster.Subscribe("of another process").Replay);
        Assert.Equal(EventStreamReplay.None, broadcaster.Subscribe().Replay);
    }

    [Fact]
    public async Task A_slow_writer_is_let_go_and_holds_up_nobody()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { MaxWaitingEvents = 10 });
        (Task<EventStreamSubscriptionEnd> slow, Pipe stuck) = Subscribe(broadcaster, pauseAt: 1);
        (Task<EventStreamSubscriptionEnd> quick, Pipe pipe) = Subscribe(broadcaster);
        List<string> sent = [];
        List<string> received = [];
        await using IAsyncEnumerator<ServerSentEvent> reader = new EventStreamReader(pipe.Reader).ReadAllAsync().GetAsyncEnumerator();
        for (int i = 0; i < 100; i++)
        {
            sent.Add(broadcaster.Publish($"{i}"));
            Assert.True(await reader.MoveNextAsync());
            received.Add(reader.Current.LastEventId);
        }

        Assert.Equal(sent, received);
        Assert.Equal(EventStreamSubscriptionEnd.TooSlow, await slow);
        Assert.Equal(1, broadcaster.Subscribers);
        broadcaster.Complete();
        Assert.Equal(EventStreamSubscriptionEnd.Completed, await quick);
        await stuck.Reader.CompleteAsync();
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_its_subscription()
    {
        EventStreamBroadcaster broadcaster = new();
        (Task<EventStreamSubscriptionEnd> run, Pipe pipe) = Subscribe(broadcaster);
        await pipe.Reader.CompleteAsync();
        broadcaster.Publish("a");
        Assert.Equal(EventStreamSubscriptionEnd.Unread, await run);
        Assert.Equal(0, broadcaster.Subscribers);
    }

    [Fact]
    public async Task A_cancelled_subscription_leaves()
    {
        EventStreamBroadcaster broadcaster = new();
        using CancellationTokenSource stop = new();
        using EventStreamSubscription subscription = broadcaster.Subscribe();
        Task<EventStreamSubscriptionEnd> run = subscription.RunAsync(new EventStreamWriter(new Pipe().Writer), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(0, broadcaster.Subscribers);
    }

    [Fact]
    public async Task Many_threads_publish_and_every_reader_sees_one_order()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { MaxWaitingEvents = 10_000 });
        (Task<EventStreamSubscriptionEnd> Run, Pipe Pipe)[] readers = [.. Enumerable.Range(0, 4).Select(_ => Subscribe(broadcaster, pauseAt: 0))];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                broadcaster.Publish($"{t}.{i}");
            }
        })));
        broadcaster.Complete();
        List<List<ServerSentEvent>> seen = [];
        foreach ((Task<EventStreamSubscriptionEnd> run, Pipe pipe) in readers)
        {
            await run;
            seen.Add(await ReadAsync(pipe));
        }

        Assert.Equal(2000, seen[0].Count);
        Assert.Equal(2000, seen[0].Select(e => e.LastEventId).Distinct().Count());
        Assert.All(seen, events => Assert.Equal(seen[0], events));
    }

    private static (Task<EventStreamSubscriptionEnd> Run, Pipe Pipe) Subscribe(EventStreamBroadcaster broadcaster, int pauseAt = 1 << 20)
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: pauseAt, resumeWriterThreshold: Math.Min(pauseAt, 1)));
        return (RunAsync(broadcaster.Subscribe(), pipe), pipe);
    }

    private static async Task<EventStreamSubscriptionEnd> RunAsync(EventStreamSubscription subscription, Pipe pipe)
    {
        using (subscription)
        {
            await using EventStreamWriter writer = new(pipe.Writer);
            EventStreamSubscriptionEnd end = await subscription.RunAsync(writer);
            await pipe.Writer.CompleteAsync();
            return end;
        }
    }

    private static async Task<List<ServerSentEvent>> ReadAsync(Pipe pipe)
    {
        using EventStreamReader reader = new(pipe.Reader);
        return await reader.ReadAllAsync().ToListAsync();
    }
}
