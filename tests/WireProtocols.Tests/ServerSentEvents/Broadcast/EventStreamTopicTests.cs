using System.IO.Pipelines;
using WireProtocols.Backplane;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Backplane;

namespace WireProtocols.Tests.ServerSentEvents;

/// <summary>A stream of events that several machines have in common, over a log in memory.</summary>
public sealed class EventStreamTopicTests : IAsyncDisposable
{
    private readonly MemoryBackplaneLog _log = new();
    private readonly List<BackplaneNode> _nodes = [];

    public async ValueTask DisposeAsync()
    {
        foreach (BackplaneNode node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Clients_of_all_machines_get_every_event_under_one_id()
    {
        await using EventStreamTopic a = await TopicAsync(), b = await TopicAsync();
        await using Client here = await Client.ComeAsync(a), there = await Client.ComeAsync(b);
        await a.PublishAsync("one", "first");
        await b.PublishAsync("two");
        List<ServerSentEvent> events = await here.TakeAsync(2);
        Assert.Equal([("first", "one"), ("message", "two")], events.Select(e => (e.Type, e.Data)));
        Assert.Equal(events, await there.TakeAsync(2));
        Assert.True(BackplanePosition.TryParse(events[1].LastEventId, out BackplanePosition position));
        Assert.Equal(position, a.Topic.Position);
        Assert.Throws<ArgumentException>(() => a.PublishAsync("x", "a\nb").AsTask().Wait());
    }

    [Fact]
    public async Task A_client_goes_on_at_another_machine()
    {
        await using EventStreamTopic a = await TopicAsync(), b = await TopicAsync();
        string id;
        await using (Client client = await Client.ComeAsync(a))
        {
            await a.PublishAsync("1");
            id = (await client.TakeAsync(1))[0].LastEventId;
        }

        await a.PublishAsync("2");
        await a.PublishAsync("3");
        await using Client again = await Client.ComeAsync(b, id);
        await a.PublishAsync("4");
        Assert.Equal(["2", "3", "4"], (await again.TakeAsync(3)).Select(e => e.Data));
        Assert.Equal(EventStreamReplay.Complete, again.Subscription.Replay);
    }

    [Fact]
    public async Task A_machine_that_has_not_kept_it_reads_the_log()
    {
        await using EventStreamTopic a = await TopicAsync();
        await using Client first = await Client.ComeAsync(a);
        for (int i = 0; i < 10; i++)
        {
            await a.PublishAsync($"{i}");
        }

        List<ServerSentEvent> events = await first.TakeAsync(10);
        await using EventStreamTopic b = await TopicAsync(new EventStreamBroadcasterOptions { MaxReplayEvents = 20 });
        for (int from = 0; from < 10; from++)
        {
            await using Client client = await Client.ComeAsync(b, events[from].LastEventId);
            Assert.Equal(EventStreamReplay.Complete, client.Subscription.Replay);
            Assert.Equal(events[(from + 1)..], await client.TakeAsync(9 - from));
        }

        await using EventStreamTopic c = await TopicAsync(new EventStreamBroadcasterOptions { MaxReplayEvents = 3 });
        await using Client late = await Client.ComeAsync(c, events[2].LastEventId);
        Assert.Equal(EventStreamReplay.Gone, late.Subscription.Replay);
    }

    [Fact]
    public async Task A_machine_that_is_behind_its_client_catches_up_before_it_takes_it_in()
    {
        FaultyBackplane faulty = new(new MemoryBackplane(_log), 1, 0);
        await using EventStreamTopic a = await TopicAsync();
        await using EventStreamTopic b = Topic(faulty);
        await b.Topic.WaitUntilOpenAsync().WaitAsync(RunningNode.Patience);
        await using Client client = await Client.ComeAsync(a);
        await a.PublishAsync("1");
        await a.PublishAsync("2");
        string id = (await client.TakeAsync(2))[1].LastEventId;
        faulty.IsDown = true;
        await a.PublishAsync("3");
        Task<Client> coming = Client.ComeAsync(b, id);
        faulty.IsDown = false;
        await using Client moved = await coming.WaitAsync(RunningNode.Patience);
        await a.PublishAsync("4");
        Assert.Equal(["3", "4"], (await moved.TakeAsync(2)).Select(e => e.Data));
    }

    [Fact]
    public async Task Clients_of_a_log_that_is_lost_end_and_are_told_when_they_come_back()
    {
        await using EventStreamTopic a = await TopicAsync();
        await using Client client = await Client.ComeAsync(a);
        await a.PublishAsync("1");
        string id = (await client.TakeAsync(1))[0].LastEventId;
        _log.Clear();
        await a.PublishAsync("2");
        Assert.Equal(EventStreamSubscriptionEnd.Gone, await client.Ended.WaitAsync(RunningNode.Patience));
        await using Client again = await Client.ComeAsync(a, id);
        Assert.Equal(EventStreamReplay.Gone, again.Subscription.Replay);
        await a.PublishAsync("3");
        Assert.Equal("3", (await again.TakeAsync(1))[0].Data);
    }

    [Theory]
    [InlineData("nothing of ours")]
    [InlineData("abc-5")]
    public async Task An_id_of_another_log_is_gone(string id)
    {
        await using EventStreamTopic a = await TopicAsync();
        await using Client before = await Client.ComeAsync(a, id);
        Assert.Equal(EventStreamReplay.Gone, before.Subscription.Replay);
        await a.PublishAsync("1");
        await using Client after = await Client.ComeAsync(a, id);
        Assert.Equal(EventStreamReplay.Gone, after.Subscription.Replay);
    }

    private EventStreamTopic Topic(IBackplane backplane, EventStreamBroadcasterOptions? options = null)
    {
        BackplaneNode node = new(backplane, RunningNode.Quick);
        _nodes.Add(node);
        return new EventStreamTopic(node, "t", options);
    }

    private async Task<EventStreamTopic> TopicAsync(EventStreamBroadcasterOptions? options = null)
    {
        EventStreamTopic topic = Topic(new MemoryBackplane(_log), options);
        await topic.Topic.WaitUntilOpenAsync().WaitAsync(RunningNode.Patience);
        return topic;
    }

    /// <summary>A client with its stream.</summary>
    private sealed class Client : IAsyncDisposable
    {
        private readonly Pipe _pipe = new();
        private readonly CancellationTokenSource _end = new();
        private readonly IAsyncEnumerator<ServerSentEvent> _events;

        private Client(EventStreamSubscription subscription)
        {
            Subscription = subscription;
            _events = new EventStreamReader(_pipe.Reader).ReadAllAsync(_end.Token).GetAsyncEnumerator();
            Ended = RunAsync();
        }

        public EventStreamSubscription Subscription { get; }

        public Task<EventStreamSubscriptionEnd> Ended { get; }

        public static async Task<Client> ComeAsync(EventStreamTopic topic, string? lastEventId = null)
            => new(await topic.SubscribeAsync(lastEventId));

        public async Task<List<ServerSentEvent>> TakeAsync(int count)
        {
            List<ServerSentEvent> taken = [];
            while (taken.Count < count)
            {
                Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(RunningNode.Patience));
                taken.Add(_events.Current);
            }

            return taken;
        }

        public async ValueTask DisposeAsync()
        {
            Subscription.Dispose();
            await _end.CancelAsync();
            await Ended.ContinueWith(_ => { }, TaskScheduler.Default);
            _end.Dispose();
        }

        private async Task<EventStreamSubscriptionEnd> RunAsync()
        {
            await using EventStreamWriter writer = new(_pipe.Writer);
            return await Subscription.RunAsync(writer, _end.Token);
        }
    }
}
