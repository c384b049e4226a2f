using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using WireProtocols.AspNetCore;
using WireProtocols.Backplane;
using WireProtocols.Ndjson;
using WireProtocols.ServerSentEvents;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.AspNetCore;

public partial class WireResultsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_one_by_one_and_the_enumeration_ends_with_the_client()
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await WireApplication.StartAsync(
            app => app.MapGet("/events", () => WireResults.EventStream(EventsAsync(ended))));
        using HttpClient http = new();
        HttpResponseMessage response = await http.GetAsync(server.HttpUri("/events"), HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl is { NoCache: true, NoTransform: true });
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        using (EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(Stop)))
        {
            await using IAsyncEnumerator<ServerSentEvent> events = reader.ReadAllAsync(Stop).GetAsyncEnumerator(Stop);
            Assert.True(await events.MoveNextAsync());
            Assert.Equal(new ServerSentEvent("tick", "1", "a"), events.Current);
        }

        response.Dispose();
        await ended.Task.WaitAsync(Stop);
    }

    [Fact]
    public async Task A_client_goes_on_where_it_left_off_and_is_told_what_is_gone()
    {
        EventStreamBroadcaster broadcaster = new(new EventStreamBroadcasterOptions { MaxReplayEvents = 2 });
        string[] ids = [.. Enumerable.Range(1, 3).Select(i => broadcaster.Publish($"event {i}"))];
        await using WebApplication server = await WireApplication.StartAsync(app => app.MapGet(
            "/events",
            () => WireResults.EventStream(
                broadcaster, async (writer, stop) => await writer.WriteEventAsync("everything", "state", cancellationToken: stop))));
        broadcaster.Publish("event 4");
        broadcaster.Complete();
        Assert.Equal(["event 4"], await ReadAsync(server, ids[2]));
        Assert.Equal("everything", (await ReadAsync(server, ids[0]))[0]);
        Assert.Empty(await ReadAsync(server, null));
    }

    [Fact]
    public async Task Whoever_has_the_head_takes_part()
    {
        EventStreamBroadcaster broadcaster = new();
        await using MemoryBackplane memory = new();
        await using BackplaneNode node = new(memory);
        await using EventStreamTopic topic = new(node, "events");
        await using WebApplication server = await WireApplication.StartAsync(app =>
        {
            app.MapGet("/broadcast", () => WireResults.EventStream(broadcaster));
            app.MapGet("/topic", () => WireResults.EventStream(topic));
        });
        using HttpClient http = new();
        for (int clients = 1; clients <= 20; clients++)
        {
            await http.GetAsync(server.HttpUri("/broadcast"), HttpCompletionOption.ResponseHeadersRead, Stop);
            Assert.Equal(clients, broadcaster.Subscribers);
            await http.GetAsync(server.HttpUri("/topic"), HttpCompletionOption.ResponseHeadersRead, Stop);
            Assert.Equal(clients, topic.Subscribers);
        }
    }

    [Fact]
    public async Task A_stream_of_ones_own_knows_the_last_id()
    {
        await using WebApplication server = await WireApplication.StartAsync(app => app.MapGet(
            "/events", () => WireResults.EventStream((last, _) => OnceAsync(new ServerSentEvent("", $"after {last ?? "nothing"}", "7")))));
        Assert.Equal(["after nothing"], await ReadAsync(server, null));
        Assert.Equal(["after 6"], await ReadAsync(server, "6"));
    }

    [Fact]
    public async Task Values_are_sent_as_JSON()
    {
        await using WebApplication server = await WireApplication.StartAsync(app =>
        {
            app.MapGet("/events", () => WireResults.EventStream(OnceAsync(new Point(1, 2)), Json.Default.Point, "point"));
            app.MapGet("/lines", () => WireResults.Ndjson(PointsAsync(3), Json.Default.Point));
        });
        using HttpClient http = new();
        string events = await http.GetStringAsync(server.HttpUri("/events"), Stop);
        Assert.Equal("event:point\ndata:{\"X\":1,\"Y\":2}\n\n", events.Replace(": ", ":", StringComparison.Ordinal));
        using HttpResponseMessage lines = await http.GetAsync(server.HttpUri("/lines"), Stop);
        Assert.Equal("application/x-ndjson", lines.Content.Headers.ContentType!.MediaType);
        Assert.Equal("{\"X\":0,\"Y\":0}\n{\"X\":1,\"Y\":1}\n{\"X\":2,\"Y\":4}\n", await lines.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task An_event_without_an_ID_leaves_the_last_one_as_it_is()
    {
        await using WebApplication server = await WireApplication.StartAsync(
            app => app.MapGet(
                "/events", () => WireResults.EventStream(EachAsync(new ServerSentEvent("", "1", "a"), new ServerSentEvent("", "2", "")))));
        using HttpClient http = new();
        using EventStreamReader reader = new(await http.GetStreamAsync(server.HttpUri("/events"), Stop));
        List<string> ids = [];
        await foreach (ServerSentEvent next in reader.ReadAllAsync(Stop))
        {
            ids.Add(next.LastEventId);
        }

        Assert.Equal(["a", "a"], ids);
    }

    [Fact]
    public async Task An_enumeration_that_does_not_listen_is_disposed_of_when_its_step_has_ended()
    {
        TaskCompletionSource step = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<Exception?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await WireApplication.StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                context.RequestAborted.Register(gone.SetResult);
                try
                {
                    await next(context);
                    ended.SetResult(null);
                }
                catch (Exception exception)
                {
                    ended.SetResult(exception);
                    throw;
                }
            });
            app.MapGet("/lines", () => WireResults.Ndjson(DeafAsync(step, disposed), Json.Default.Point));
        });
        using (HttpClient http = new())
        {
            using HttpResponseMessage response = await http.GetAsync(server.HttpUri("/lines"), HttpCompletionOption.ResponseHeadersRead, Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await gone.Task.WaitAsync(Stop);
        step.SetResult();
        await disposed.Task.WaitAsync(Stop);
        Assert.Null(await ended.Task.WaitAsync(Stop));
    }

    [Fact]
    public async Task Streams_outlive_the_time_that_requests_have()
    {
        TimesOff off = new();
        await using WebApplication server = await WireApplication.StartAsync(app =>
        {
            app.Use((context, next) =>
            {
                context.Features.Set<IHttpRequestTimeoutFeature>(off);
                return next(context);
            });
            app.MapGet("/events", () => WireResults.EventStream(OnceAsync(new ServerSentEvent("", "1", ""))));
            app.MapGet("/lines", () => WireResults.Ndjson(PointsAsync(1), Json.Default.Point));
            app.MapWireWebSocket("/chat", async (connection, _, stop) => await connection.SendTextAsync("hello", stop));
        });
        using HttpClient http = new();
        await http.GetStringAsync(server.HttpUri("/events"), Stop);
        await http.GetStringAsync(server.HttpUri("/lines"), Stop);
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(server.WebSocketUri("/chat"), cancellationToken: Stop);
        using OwnedWebSocketMessage? hello = await client.ReceiveAsync(Stop);
        Assert.Equal(3, off.Count);
    }

    [Fact]
    public async Task A_body_of_records_has_an_error_a_record()
    {
        await using WebApplication server = await WireApplication.StartAsync(app => app.MapPost("/lines", async (HttpRequest request) =>
        {
            List<string> rows = [];
            NdjsonOptions options = new() { ContinueOnError = true };
            await foreach (NdjsonResult<Point> result in request.ReadNdjsonAsync(Json.Default.Point, options, request.HttpContext.RequestAborted))
            {
                rows.Add(result.IsSuccess ? $"{result.Value!.X}" : $"{result.Number}: {result.Error}");
            }

            return string.Join(' ', rows);
        }));
        using HttpClient http = new();
        using StringContent body = new("{\"X\":1,\"Y\":1}\n{\"X\":\n{\"X\":\"no\"}\n{\"X\":3}\n", Encoding.UTF8, "application/x-ndjson");
        using HttpResponseMessage response = await http.PostAsync(server.HttpUri("/lines"), body, Stop);
        Assert.Equal("1 2: InvalidJson 3: InvalidValue 3", await response.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Whoever_drains_is_not_ready_and_takes_nobody_in()
    {
        await using WebApplication server = await WireApplication.StartAsync(
            app =>
            {
                app.MapHealthChecks("/ready");
                app.MapGet("/events", () => WireResults.EventStream(OnceAsync(new ServerSentEvent("", "1", ""))));
                app.MapWireWebSocket("/chat", (_, _, _) => Task.CompletedTask);
            },
            builder => builder.Services.AddWireDrain().AddWireDrain().AddWireEventStreamBroadcaster().AddWireWebSocketBroadcaster());
        WireDrain drain = server.Services.GetRequiredService<WireDrain>();
        drain.Window = TimeSpan.FromSeconds(5);
        using HttpClient http = new();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(server.HttpUri("/ready"), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(server.HttpUri("/events"), Stop)).StatusCode);
        drain.Begin();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(server.HttpUri("/ready"), Stop)).StatusCode);
        using HttpResponseMessage events = await http.GetAsync(server.HttpUri("/events"), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, events.StatusCode);
        Assert.InRange(events.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        WebSocketHandshakeException refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(server.WebSocketUri("/chat"), cancellationToken: Stop).AsTask());
        Assert.Equal(503, refusal.StatusCode);
        Assert.NotNull(refusal.Refusal!.GetField("Retry-After"));
        drain.End();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(server.HttpUri("/ready"), Stop)).StatusCode);
    }

    private static async Task<string[]> ReadAsync(WebApplication server, string? lastEventId)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Get, server.HttpUri("/events"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        using EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(Stop));
        List<string> data = [];
        await foreach (ServerSentEvent next in reader.ReadAllAsync(Stop))
        {
            data.Add(next.Data);
        }

        return [.. data];
    }

    private static async IAsyncEnumerable<ServerSentEvent> EventsAsync(
        TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            yield return new ServerSentEvent("tick", "1", "a");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            ended.SetResult();
        }
    }

    private static async IAsyncEnumerable<Point> DeafAsync(TaskCompletionSource step, TaskCompletionSource disposed)
    {
        try
        {
            yield return new Point(1, 1);
            await step.Task;
            yield return new Point(2, 2);
        }
        finally
        {
            disposed.SetResult();
        }
    }

    private static async IAsyncEnumerable<T> EachAsync<T>(params T[] values)
    {
        foreach (T value in values)
        {
            await Task.Yield();
            yield return value;
        }
    }

    private static async IAsyncEnumerable<T> OnceAsync<T>(T value)
    {
        await Task.Yield();
        yield return value;
    }

    private static async IAsyncEnumerable<Point> PointsAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return new Point(i, i * i);
            await Task.Yield();
        }
    }

    /// <summary>Counts who turns the time limit of a request off.</summary>
    private sealed class TimesOff : IHttpRequestTimeoutFeature
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public CancellationToken RequestTimeoutToken => CancellationToken.None;

        public void DisableTimeout() => Interlocked.Increment(ref _count);
    }

    internal sealed record Point(int X, int Y);

    [JsonSerializable(typeof(Point))]
    internal sealed partial class Json : JsonSerializerContext;
}
