using System.IO.Pipelines;
using System.Net;
using WireProtocols.ServerSentEvents;
using static WireProtocols.Tests.ServerSentEvents.ScriptedHandler;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamClientTests
{
    private static readonly Uri Somewhere = new("http://localhost/stream");
    private readonly ManualTimeProvider _time = new();
    private readonly List<EventStreamStateChange> _states = [];

    [Fact]
    public async Task A_204_ends_the_stream()
    {
        ScriptedHandler server = new(Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server);
        Assert.Equal(EventStreamState.Connecting, client.State);
        Assert.False(await client.WaitToReadAsync());
        Assert.Equal(EventStreamState.Closed, client.State);
        Assert.False(await client.WaitToReadAsync());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task It_connects_again_with_the_last_event_id_and_gives_every_event_once()
    {
        ScriptedHandler server = new(
            Stream("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: cut"),
            Stream(": nothing\n\n"),
            Stream("data: c\n\nid\ndata: d\n\n"),
            Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server);
        List<ServerSentEvent> events = await DrainAsync(client);
        Assert.Equal([("a", "1"), ("b", "2"), ("c", "2"), ("d", "")], events.Select(e => (e.Data, e.LastEventId)));
        Assert.Equal([null, "2", "2", null], server.Requests.Select(r => r.LastEventId));
        Assert.All(server.Requests, r => Assert.Equal("text/event-stream", r.Accept));
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("text/event-stream;")]
    [InlineData("Text/Event-Stream ; charset=windows-1252")]
    public async Task The_content_type_may_have_parameters(string contentType)
    {
        ScriptedHandler server = new(Stream(new MemoryStream("data: é\n\n"u8.ToArray()), contentType), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server);
        Assert.Equal(["é"], (await DrainAsync(client)).Select(e => e.Data));
    }

    [Theory]
    [InlineData("x bogus")]
    [InlineData("text/x-bogus")]
    [InlineData("text/event-streams")]
    [InlineData("")]
    public async Task Another_content_type_fails_the_connection(string contentType)
    {
        ScriptedHandler server = new(Stream(new MemoryStream("data: a\n\n"u8.ToArray()), contentType));
        await using EventStreamClient client = Create(server);
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () => await client.WaitToReadAsync());
        Assert.Equal((EventStreamProtocolError.UnexpectedContentType, 0), (e.Error, e.Offset));
        Assert.Equal(EventStreamState.Closed, client.State);
        Assert.False(await client.WaitToReadAsync());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.ResetContent)]
    [InlineData((HttpStatusCode)210)]
    [InlineData((HttpStatusCode)299)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Gone)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task Another_status_fails_the_connection(HttpStatusCode status)
    {
        await using EventStreamClient client = Create(new ScriptedHandler(Status(status)));
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () => await client.WaitToReadAsync());
        Assert.Equal(EventStreamProtocolError.UnexpectedStatus, e.Error);
        Assert.Equal(status, Assert.IsType<HttpRequestException>(e.InnerException).StatusCode);
        Assert.Equal([EventStreamState.Closed], _states.Select(s => s.State));
    }

    [Fact]
    public async Task A_status_that_the_caller_calls_transient_is_waited_out()
    {
        ScriptedHandler server = new(
            Status(HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(90)), Stream("data: a\n\n"), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server, isTransient: r => r.StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(["a"], (await DrainAsync(client)).Select(e => e.Data));
        Assert.Equal(TimeSpan.FromSeconds(90), _states[0].Delay);
    }

    [Fact]
    public async Task A_post_sends_its_content_and_is_not_sent_again()
    {
        ScriptedHandler server = new(Stream("data: a\n\n"));
        await using EventStreamClient client = new(
            new HttpClient(server),
            () => new HttpRequestMessage(HttpMethod.Post, Somewhere) { Content = new StringContent("prompt") },
            new EventStreamClientOptions { TimeProvider = _time });
        Assert.Equal(["a"], (await DrainAsync(client)).Select(e => e.Data));
        Assert.Equal([(HttpMethod.Post, null, "text/event-stream", "prompt")], server.Requests);
        Assert.Equal(EventStreamState.Closed, client.State);
    }

    [Fact]
    public async Task A_post_is_sent_again_where_the_options_say_so()
    {
        ScriptedHandler server = new(Stream("id: 7\ndata: a\n\n"), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = new(
            new HttpClient(server),
            () => new HttpRequestMessage(HttpMethod.Post, Somewhere) { Content = new StringContent("prompt") },
            new EventStreamClientOptions { TimeProvider = _time, Reconnection = EventStreamReconnection.Always });
        Assert.Equal(["a"], (await DrainAsync(client)).Select(e => e.Data));
        Assert.Equal(["prompt", "prompt"], server.Requests.Select(r => r.Body));
        Assert.Equal("7", server.Requests[1].LastEventId);
    }

    [Fact]
    public async Task A_lost_connection_throws_where_it_is_not_connected_to_again()
    {
        await using EventStreamClient client = new(
            new HttpClient(new ScriptedHandler(Stream(new BreakingStream("data: a\n\ndata: b")))),
            Somewhere,
            new EventStreamClientOptions { Reconnection = EventStreamReconnection.Never });
        Assert.True(await client.WaitToReadAsync());
        Assert.True(client.TryRead(out _));
        Assert.False(client.TryRead(out _));
        await Assert.ThrowsAsync<IOException>(async () => await client.WaitToReadAsync());
        Assert.Equal(EventStreamState.Closed, client.State);
    }

    [Fact]
    public async Task The_servers_reconnection_time_counts_and_is_capped()
    {
        ScriptedHandler server = new(
            Stream("retry: 1234\ndata: a\n\n"),
            Stream("retry: 99999999999999999999\n\n"),
            Stream("retry: 0\n\n"),
            Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server, jitter: 0);
        Assert.Single(await DrainAsync(client));
        Assert.Equal(
            [TimeSpan.FromMilliseconds(1234), TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(500)],
            _states.Where(s => s.State == EventStreamState.Connecting).Select(s => s.Delay));
        Assert.Equal(TimeSpan.FromMilliseconds(500), client.ReconnectionTime);
    }

    [Fact]
    public async Task Attempts_that_bring_nothing_are_spread_further_and_further()
    {
        ScriptedHandler server = new(
            Stream("data: a\n\n"), Broken(), Broken(), Stream(""), Broken(), Stream("data: b\n\n"), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server, jitter: 0.5);
        Assert.Equal(2, (await DrainAsync(client)).Count);
        double[] seconds = [.. _states.Where(s => s.State == EventStreamState.Connecting).Select(s => s.Delay.TotalSeconds)];

        // 3 s, and half of 3 s doubled with each failure up to the cap of 60 s.
        Assert.Equal([4.5, 6, 9, 15, 27, 4.5], seconds);
        Assert.Equal([0, 1, 2, 3, 4, 0], _states.Where(s => s.State == EventStreamState.Connecting).Select(s => s.Attempt));
    }

    [Fact]
    public async Task After_enough_attempts_the_client_gives_up_with_the_last_error()
    {
        ScriptedHandler server = new(Stream("data: a\n\n"), Broken());
        await using EventStreamClient client = Create(server, maxAttempts: 3);
        await Assert.ThrowsAsync<HttpRequestException>(async () => await DrainAsync(client));
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal((EventStreamState.Closed, true), (client.State, _states[^1].Cause is HttpRequestException));
    }

    [Fact]
    public async Task A_connection_without_a_byte_for_too_long_counts_as_lost()
    {
        Pipe silent = new();
        await silent.Writer.WriteAsync("id: 1\ndata: a\n\n"u8.ToArray());
        ScriptedHandler server = new(Stream(silent.Reader.AsStream()), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server, idleTimeout: TimeSpan.FromSeconds(30));
        Assert.True(await client.WaitToReadAsync());
        Assert.True(client.TryRead(out _));
        Assert.False(client.TryRead(out _));
        ValueTask<bool> wait = client.WaitToReadAsync();
        _time.Advance(TimeSpan.FromSeconds(29));
        await silent.Writer.WriteAsync(":\n"u8.ToArray());
        Assert.True(await wait);
        Assert.True(client.TryRead(out EventStreamElement comment));
        Assert.Equal(EventStreamElementKind.Comment, comment.Kind);
        Assert.False(client.TryRead(out _));

        Task<bool> last = client.WaitToReadAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(server.Requests);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AdvanceUntilAsync(last);
        Assert.False(await last);
        Assert.Equal("1", server.Requests[1].LastEventId);
    }

    [Fact]
    public async Task A_cancelled_wait_loses_neither_the_connection_nor_an_event()
    {
        Pipe pipe = new();
        ScriptedHandler server = new(Stream(pipe.Reader.AsStream()));
        await using EventStreamClient client = Create(server);
        using CancellationTokenSource stop = new();
        ValueTask<bool> wait = client.WaitToReadAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);
        Assert.Equal(EventStreamState.Open, client.State);
        await pipe.Writer.WriteAsync("data: a\n\n"u8.ToArray());
        Assert.True(await client.WaitToReadAsync(CancellationToken.None));
        Assert.True(client.TryRead(out EventStreamElement element));
        Assert.Equal("a", element.GetDataString());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Closing_ends_a_wait_under_way_and_drops_the_connection()
    {
        Pipe pipe = new();
        await using EventStreamClient client = Create(new ScriptedHandler(Stream(pipe.Reader.AsStream())));
        Task<bool> wait = client.WaitToReadAsync().AsTask();
        Assert.Equal(EventStreamState.Open, client.State);
        client.Close();
        Assert.False(await wait);
        Assert.Equal(EventStreamState.Closed, client.State);
        Assert.False(await client.WaitToReadAsync());
        FlushResult flushed = await pipe.Writer.WriteAsync("data: a\n\n"u8.ToArray());
        Assert.True(flushed.IsCompleted);
    }

    /// <summary>The wait that was cancelled went on, and had an event when the client was closed.</summary>
    [Fact]
    public async Task Closing_behind_a_cancelled_wait_drops_what_came_meanwhile()
    {
        Pipe pipe = new(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        await using EventStreamClient client = Create(new ScriptedHandler(Stream(pipe.Reader.AsStream())));
        using CancellationTokenSource stop = new();
        ValueTask<bool> wait = client.WaitToReadAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);
        await pipe.Writer.WriteAsync("data: a\n\n"u8.ToArray());
        client.Close();
        Assert.False(await client.WaitToReadAsync());
        Assert.False(client.TryRead(out _));
        FlushResult flushed = await pipe.Writer.WriteAsync("data: b\n\n"u8.ToArray());
        Assert.True(flushed.IsCompleted);
    }

    [Fact]
    public async Task Closing_ends_the_wait_before_the_next_attempt()
    {
        await using EventStreamClient client = Create(new ScriptedHandler(Broken()));
        Task<bool> wait = client.WaitToReadAsync().AsTask();
        Assert.Equal(1, _time.Waiting);
        client.Close();
        Assert.False(await wait);
        Assert.Equal([EventStreamState.Connecting, EventStreamState.Closed], _states.Select(s => s.State));
    }

    [Fact]
    public async Task A_stream_that_breaks_a_limit_closes_the_client()
    {
        await using EventStreamClient client = new(
            new HttpClient(new ScriptedHandler(Stream("data: 0123456789abcdef\n\n"))),
            Somewhere,
            new EventStreamClientOptions { Stream = new EventStreamOptions { MaxLineLength = 16 } });
        Assert.True(await client.WaitToReadAsync());
        EventStreamProtocolException e = Assert.Throws<EventStreamProtocolException>(() => client.TryRead(out _));
        Assert.Equal(EventStreamProtocolError.LineTooLong, e.Error);
        Assert.Equal(EventStreamState.Closed, client.State);
    }

    [Fact]
    public async Task Typed_events_end_with_the_terminator_and_the_client_closes()
    {
        ScriptedHandler server = new(Stream("data: {\"Text\":\"a\"}\n\n"), Stream("data: {\"Text\":\"b\"}\n\ndata: [DONE]\n\n"));
        await using EventStreamClient client = Create(server);
        Task<List<EventStreamResult<Token>>> read = client.ReadAllAsync(EventStreamJson.Default.Token, "[DONE]").ToListAsync().AsTask();
        await AdvanceUntilAsync(read);
        Assert.Equal([new Token("a"), new Token("b")], (await read).Select(e => e.Value));
        Assert.Equal(EventStreamState.Closed, client.State);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_stream_that_ends_for_good_without_its_terminator_is_cut_off()
    {
        await using EventStreamClient client = Create(new ScriptedHandler(Stream("data: {\"Text\":\"a\"}\n\n"), Status(HttpStatusCode.NoContent)));
        Task<int> read = client.ReadAllAsync(EventStreamJson.Default.Token, "[DONE]").CountAsync().AsTask();
        await AdvanceUntilAsync(read);
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(() => read);
        Assert.Equal((EventStreamProtocolError.UnexpectedEnd, 20L), (e.Error, e.Offset));
    }

    [Fact]
    public async Task The_last_event_id_of_an_earlier_client_is_sent_first()
    {
        ScriptedHandler server = new(Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = new(new HttpClient(server), Somewhere, new EventStreamClientOptions { LastEventId = "42" });
        Assert.False(await client.WaitToReadAsync());
        Assert.Equal("42", server.Requests[0].LastEventId);
        Assert.Equal("42", client.LastEventId);
        EventStreamClientOptions bad = new() { LastEventId = "4\n2" };
        Assert.Throws<ArgumentException>(() => new EventStreamClient(new HttpClient(server), Somewhere, bad));
    }

    private EventStreamClient Create(
        ScriptedHandler server,
        double jitter = 0,
        int maxAttempts = int.MaxValue,
        TimeSpan? idleTimeout = null,
        Func<HttpResponseMessage, bool>? isTransient = null) => new(
            new HttpClient(server),
            Somewhere,
            new EventStreamClientOptions
            {
                TimeProvider = _time,
                Jitter = () => jitter,
                MaxAttempts = maxAttempts,
                IdleTimeout = idleTimeout ?? Timeout.InfiniteTimeSpan,
                IsTransient = isTransient,
                StateChanged = _states.Add,
            });

    private async Task<List<ServerSentEvent>> DrainAsync(EventStreamClient client)
    {
        Task<List<ServerSentEvent>> all = client.ReadAllAsync().ToListAsync().AsTask();
        await AdvanceUntilAsync(all);
        return await all;
    }

    /// <summary>Lets the next timer fire, again and again, until the task is done.</summary>
    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            if (_time.NextDue is { } due)
            {
                _time.Advance(due);
            }

            await Task.Yield();
        }
    }

    private sealed class BreakingStream(string text) : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => await base.ReadAsync(buffer, cancellationToken) is > 0 and int read ? read : throw new IOException("reset by peer");
    }
}
