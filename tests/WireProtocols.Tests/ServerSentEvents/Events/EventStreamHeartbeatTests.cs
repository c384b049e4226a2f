using System.IO.Pipelines;
using System.Text;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamHeartbeatTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private readonly ManualTimeProvider _time = new();
    private readonly Pipe _pipe = new();

    [Fact]
    public async Task An_idle_stream_gets_a_comment_an_interval()
    {
        await using EventStreamWriter writer = Create();
        _time.Advance(Interval - TimeSpan.FromSeconds(1));
        Assert.Equal("", Available());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(":\n\n", Available());
        _time.Advance(Interval * 3);
        Assert.Equal(":\n\n:\n\n:\n\n", Available());
    }

    [Fact]
    public async Task A_write_puts_the_comment_off()
    {
        await using EventStreamWriter writer = Create();
        _time.Advance(TimeSpan.FromSeconds(10));
        await writer.WriteEventAsync("a");
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal("data: a\n\n", Available());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(":\n\n", Available());
    }

    [Fact]
    public async Task Writes_have_to_be_asynchronous()
    {
        await using EventStreamWriter writer = Create();
        Assert.Throws<InvalidOperationException>(() => writer.WriteEvent("a"));
        Assert.Equal("", Available());
    }

    [Fact]
    public async Task A_disposed_writer_beats_no_more()
    {
        await Create().DisposeAsync();
        _time.Advance(Interval * 2);
        Assert.Equal("", Available());
        Assert.Equal(0, _time.Waiting);
    }

    [Fact]
    public async Task A_subscription_shares_its_writer_with_the_heartbeat()
    {
        EventStreamBroadcaster broadcaster = new();
        await using EventStreamWriter writer = Create();
        using EventStreamSubscription subscription = broadcaster.Subscribe();
        Task<EventStreamSubscriptionEnd> run = subscription.RunAsync(writer);
        _time.Advance(Interval);
        string id = broadcaster.Publish("a");
        broadcaster.Complete();
        Assert.Equal(EventStreamSubscriptionEnd.Completed, await run);
        Assert.Equal($":\n\nid: {id}\ndata: a\n\n", Available());
    }

    [Fact]
    public async Task A_heart_stops_when_nobody_reads_any_more()
    {
        await using EventStreamWriter writer = Create();
        await _pipe.Reader.CompleteAsync();
        _time.Advance(Interval * 2);
        Assert.Equal(0, _time.Waiting);
        Assert.False(await writer.WriteEventAsync("a"));
    }

    private EventStreamWriter Create() => new(_pipe.Writer, new EventStreamWriterOptions { HeartbeatInterval = Interval, TimeProvider = _time });

    private string Available()
    {
        if (!_pipe.Reader.TryRead(out ReadResult result))
        {
            return "";
        }

        string text = Encoding.UTF8.GetString(result.Buffer);
        _pipe.Reader.AdvanceTo(result.Buffer.End);
        return text;
    }
}
