using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.ServerSentEvents;
using static WireProtocols.Tests.ServerSentEvents.ScriptedHandler;

namespace WireProtocols.Tests.ServerSentEvents;

/// <summary>What real servers send to a client beside good event streams.</summary>
public sealed class EventStreamServerTests
{
    private static readonly Uri Somewhere = new("http://localhost/stream");
    private readonly ManualTimeProvider _time = new();
    private readonly List<EventStreamStateChange> _states = [];

    [Fact]
    public async Task A_refusal_carries_status_fields_and_the_beginning_of_the_body()
    {
        await using EventStreamClient client = Create(new ScriptedHandler(_ =>
        {
            HttpResponseMessage response = new(HttpStatusCode.TooManyRequests)
            {
                Content = new StringContent("{\"error\":\"slow down\"}", Encoding.UTF8, "application/json"),
            };
            response.Headers.TryAddWithoutValidation("Retry-After", "7");
            response.Headers.TryAddWithoutValidation("X-Request-Id", "abc");
            return response;
        }));
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () => await client.WaitToReadAsync());
        Assert.Equal(EventStreamProtocolError.UnexpectedStatus, e.Error);
        Assert.Equal(HttpStatusCode.TooManyRequests, e.Refusal!.Status);
        Assert.Equal(("7", "abc"), (e.Refusal.GetField("retry-after"), e.Refusal.GetField("X-Request-Id")));
        Assert.Equal("{\"error\":\"slow down\"}", e.Refusal.GetBodyText());
        Assert.Contains("429 Too Many Requests, application/json", e.Message);
    }

    [Fact]
    public async Task A_refusal_with_an_endless_body_keeps_its_beginning()
    {
        await using EventStreamClient client = Create(new ScriptedHandler(_ => new HttpResponseMessage(HttpStatusCode.InternalServerError)
        {
            Content = new StreamContent(new EndlessStream()),
        }));
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () => await client.WaitToReadAsync());
        Assert.Equal(EventStreamRefusal.MaxBodyLength, e.Refusal!.Body.Length);
    }

    [Fact]
    public async Task Another_content_type_is_named_with_the_status()
    {
        ScriptedHandler server = new(Stream(new MemoryStream("<html>"u8.ToArray()), "text/html; charset=utf-8"));
        await using EventStreamClient client = Create(server);
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () => await client.WaitToReadAsync());
        Assert.Equal((EventStreamProtocolError.UnexpectedContentType, "<html>"), (e.Error, e.Refusal!.GetBodyText()));
        Assert.Contains("200 OK, text/html; charset=utf-8", e.Message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_content_coding_that_nobody_undoes_is_refused_by_name(string coding)
    {
        ScriptedHandler server = new(_ =>
        {
            HttpResponseMessage response = Stream("data: a\n\n")(new HttpRequestMessage());
            response.Content.Headers.ContentEncoding.Add(coding);
            return response;
        });
        await using EventStreamClient client = Create(server);
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () => await client.WaitToReadAsync());
        Assert.Equal((EventStreamProtocolError.UnexpectedContentEncoding, coding), (e.Error, e.Refusal!.GetField("Content-Encoding")));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("{\"error\":\"no such model\"}")]
    [InlineData("<html>\n<body>\n</html>\n")]
    [InlineData("\u001f\u008b\u0008 binary")]
    public async Task Bytes_that_yield_no_element_are_said(string body)
    {
        ScriptedHandler server = new(Stream(body), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server);
        Assert.Empty(await DrainAsync(client));
        Assert.Equal(EventStreamProtocolError.NoElement, Assert.IsType<EventStreamProtocolException>(_states[1].Cause).Error);

        await using EventStreamClient once = new(
            new HttpClient(new ScriptedHandler(Stream(body))),
            Somewhere,
            new EventStreamClientOptions { Reconnection = EventStreamReconnection.Never });
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () => await once.ReadAllAsync().CountAsync());
        Assert.Equal(EventStreamProtocolError.NoElement, e.Error);
    }

    [Theory]
    [InlineData("99999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task A_retry_after_beyond_all_patience_is_bounded(string retryAfter)
    {
        ScriptedHandler server = new(
            _ =>
            {
                HttpResponseMessage response = new(HttpStatusCode.ServiceUnavailable);
                response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
                return response;
            },
            Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server, isTransient: true);
        Assert.Empty(await DrainAsync(client));
        Assert.Equal(TimeSpan.FromHours(1), _states[0].Delay);
    }

    [Fact]
    public async Task Bounds_without_end_do_not_end_the_client()
    {
        ScriptedHandler server = new(Stream("retry: 999999999999999999\ndata: a\n\n"), Broken(), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = new(new HttpClient(server), Somewhere, new EventStreamClientOptions
        {
            TimeProvider = _time,
            ReconnectionTime = TimeSpan.MaxValue,
            MaxReconnectionTime = TimeSpan.MaxValue,
            MaxBackoff = TimeSpan.MaxValue,
            MaxRetryAfter = TimeSpan.MaxValue,
        });
        Assert.Single(await DrainAsync(client));
    }

    [Fact]
    public async Task A_reconnection_time_of_zero_is_not_taken()
    {
        ScriptedHandler server = new(Stream("retry: 0\ndata: a\n\n"), Stream("data: b\n\n"), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server);
        Assert.Equal(2, (await DrainAsync(client)).Count);
        Assert.All(_states.Where(s => s.State == EventStreamState.Connecting), s => Assert.True(s.Delay >= TimeSpan.FromMilliseconds(500)));
    }

    [Theory]
    [InlineData("retry: 10\n\n")]
    [InlineData(": hello\n\n")]
    public async Task A_connection_that_brings_no_event_is_a_failure(string body)
    {
        ScriptedHandler server = new(request => Stream(body)(request));
        await using EventStreamClient client = Create(server, maxAttempts: 3);
        Assert.Empty(await DrainAsync(client));
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal([1, 2], _states.Where(s => s.State == EventStreamState.Connecting).Select(s => s.Attempt));
    }

    [Theory]
    [InlineData("\u0001")]
    [InlineData("a\u001bb")]
    [InlineData("\u007f")]
    [InlineData("\u0085")]
    public async Task An_id_with_control_characters_is_not_sent_back(string id)
    {
        ScriptedHandler server = new(Stream($"id: {id}\ndata: a\n\n"), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server);
        Assert.Equal(id, Assert.Single(await DrainAsync(client)).LastEventId);
        Assert.Null(server.Requests[1].LastEventId);
    }

    [Fact]
    public async Task A_field_that_cannot_be_sent_is_no_lost_connection()
    {
        // The handler of a caller who did not ask for UTF-8 fields fails when the connection is there.
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        int created = 0;
        await using EventStreamClient client = new(
            new HttpClient(new SocketsHttpHandler()),
            () =>
            {
                Assert.Equal(1, ++created);
                HttpRequestMessage request = new(HttpMethod.Get, $"http://{server.LocalEndpoint}/");
                request.Headers.TryAddWithoutValidation("X-Name", "Zoë");
                return request;
            },
            new EventStreamClientOptions { TimeProvider = _time });
        Task<bool> wait = client.WaitToReadAsync().AsTask();
        await AdvanceUntilAsync(wait);
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => wait);
        Assert.IsType<HttpRequestException>(e.InnerException);
    }

    [Fact]
    public async Task Closing_and_disposing_again_do_nothing()
    {
        EventStreamClient client = Create(new ScriptedHandler(Status(HttpStatusCode.NoContent)));
        client.Close();
        client.Close();
        await client.DisposeAsync();
        await client.DisposeAsync();
        client.Close();
        Assert.False(await client.WaitToReadAsync());
        Assert.False(client.TryRead(out _));
        Assert.Equal(EventStreamState.Closed, client.State);
    }

    [Fact]
    public void The_handler_does_not_drain_what_is_left()
    {
        using SocketsHttpHandler handler = EventStreamClient.CreateHandler();
        Assert.Equal((TimeSpan.Zero, 0), (handler.ResponseDrainTimeout, handler.MaxResponseDrainSize));
    }

    [Fact]
    public async Task Connections_events_reconnects_and_refusals_are_counted()
    {
        // Which thread counts is not known, and other tests count too: there are at least as many as this client made.
        ConcurrentDictionary<string, long> counts = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "WireProtocols.ServerSentEvents")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + Math.Max(0, value)));
        ConcurrentQueue<double> lifetimes = [];
        listener.SetMeasurementEventCallback<double>((instrument, seconds, _, _) =>
        {
            if (instrument.Name == "sse.client.connection.duration")
            {
                lifetimes.Enqueue(seconds);
            }
        });
        listener.Start();
        ScriptedHandler server = new(Stream("data: a\n\ndata: b\n\n"), Status(HttpStatusCode.ServiceUnavailable), Status(HttpStatusCode.NoContent));
        await using EventStreamClient client = Create(server, isTransient: true);
        Assert.Equal(2, (await DrainAsync(client)).Count);
        Assert.True(counts["sse.client.active_connections"] >= 1);
        Assert.True(counts["sse.client.events"] >= 2);
        Assert.True(counts["sse.client.reconnects"] >= 2);
        Assert.True(counts["sse.client.refusals"] >= 1);
        Assert.NotEmpty(lifetimes);
    }

    [Fact]
    public async Task Typed_events_survive_what_is_not_JSON()
    {
        ScriptedHandler server = new(Stream(
            "id: 1\ndata:\n\nevent: ping\ndata: ping\n\ndata: NaN\n\ndata: {\"Text\":\"a\"}\n\n"
            + "data: {\"Text\":1}\n\ndata: {\"Text\":\"b\"}\n\ndata: [DONE] \n\n"));
        await using EventStreamClient client = Create(server);
        List<EventStreamResult<Token>> results = await client.ReadAllAsync(EventStreamJson.Default.Token, "[DONE]").ToListAsync();
        Assert.Equal([false, false, false, true, false, true], results.Select(r => r.IsSuccess));
        Assert.Equal(["", "ping", "NaN", "", "{\"Text\":1}", ""], results.Select(r => r.Data));
        Assert.Equal(("1", "ping"), (results[0].LastEventId, results[1].Type));
        Assert.Equal([new Token("a"), new Token("b")], results.Where(r => r.IsSuccess).Select(r => r.Value));
        Assert.Equal(EventStreamProtocolError.InvalidJson, Assert.Throws<EventStreamProtocolException>(() => results[4].GetValueOrThrow()).Error);
        Assert.Equal("$.Text", results[4].Exception!.Path);
    }

    private EventStreamClient Create(ScriptedHandler server, int maxAttempts = int.MaxValue, bool isTransient = false) => new(
        new HttpClient(server),
        Somewhere,
        new EventStreamClientOptions
        {
            TimeProvider = _time,
            Jitter = () => 0,
            MaxAttempts = maxAttempts,
            IsTransient = isTransient ? _ => true : null,
            StateChanged = _states.Add,
        });

    private async Task<List<ServerSentEvent>> DrainAsync(EventStreamClient client)
    {
        Task<List<ServerSentEvent>> all = client.ReadAllAsync().ToListAsync().AsTask();
        await AdvanceUntilAsync(all);
        return await all;
    }

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

    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            return new ValueTask<int>(buffer.Length);
        }
    }
}
