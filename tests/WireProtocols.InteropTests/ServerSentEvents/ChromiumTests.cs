using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.ServerSentEvents;

/// <summary>Chromium's EventSource as a reader: a page collects what it is dispatched and posts it back.</summary>
public sealed class ChromiumTests
{
    private const string Page = """
        <!doctype html><meta charset="utf-8"><title>reading</title>
        <script type="module">
          const types = await (await fetch('/types')).json();
          const seen = [];
          let opened = 0;
          const source = new EventSource('/events');
          source.onopen = () => opened++;
          for (const type of types) {
            source.addEventListener(type, e => seen.push([e.type, e.data, e.lastEventId]));
          }
          source.addEventListener('the end', () => {
            source.close();
            fetch('/seen', { method: 'POST', body: JSON.stringify({ opened, seen }) });
          });
        </script>
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task EventSource_is_dispatched_what_the_writer_writes()
    {
        IReadOnlyList<ServerSentEvent> events = HostileEvents.Create(1000, 156);
        Seen seen = await ReadAsync(events.Select(e => HostileEvents.AsRead(e).Type), async context =>
        {
            await using EventStreamWriter writer = new(context.Response.BodyWriter, new EventStreamWriterOptions { FlushThreshold = 100 });
            for (int i = 0; i < events.Count; i++)
            {
                await writer.WriteEventAsync(events[i].Data, events[i].Type, events[i].LastEventId);
                if (i % 7 == 0)
                {
                    await writer.WriteCommentAsync("data: not data");
                }
            }

            await writer.WriteEventAsync("", "the end");
            await writer.FlushAsync();
        });
        Assert.Equal(1, seen.Opened);
        Assert.Equal(events.Select(HostileEvents.AsRead), seen.Events);
    }

    [Fact]
    public async Task EventSource_comes_back_for_what_it_missed()
    {
        EventStreamBroadcaster broadcaster = new();
        List<ServerSentEvent> published = [];
        for (int i = 0; i < 40; i++)
        {
            string data = $"event {i}";
            published.Add(new ServerSentEvent("message", data, broadcaster.Publish(data)));
        }

        broadcaster.Publish("", "the end");
        broadcaster.Complete();
        Random random = new(5);
        Seen seen = await ReadAsync(["message"], async context =>
        {
            string? last = context.Request.Headers["Last-Event-ID"];
            await using EventStreamWriter writer = new(context.Response.BodyWriter);
            await writer.WriteRetryAsync(TimeSpan.Zero);
            if (last is null)
            {
                await writer.WriteEventAsync(published[0].Data, id: published[0].LastEventId);
                return;
            }

            // Cut at a random byte, at first; an orderly end is as good as any for an EventSource.
            using EventStreamSubscription subscription = broadcaster.Subscribe(last);
            Assert.Equal(EventStreamReplay.Complete, subscription.Replay);
            MemoryStream rest = new();
            await using (EventStreamWriter whole = new(rest))
            {
                Assert.Equal(EventStreamSubscriptionEnd.Completed, await subscription.RunAsync(whole));
            }

            int length = Math.Min((int)rest.Length, last == published[^1].LastEventId ? int.MaxValue : 30 + random.Next(300));
            await context.Response.Body.WriteAsync(rest.GetBuffer().AsMemory(0, length));
        });
        Assert.True(seen.Opened > 5, $"It came back only {seen.Opened} times.");
        Assert.Equal(published, seen.Events);
    }

    private static async Task<Seen> ReadAsync(IEnumerable<string> types, Func<HttpContext, Task> serve)
    {
        TaskCompletionSource<Seen> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebServer server = await WebServer.StartAsync(app =>
        {
            app.MapGet("/", () => TypedResults.Content(Page, "text/html"));
            app.MapGet("/types", context => context.Response.WriteAsync(JsonSerializer.Serialize(types.Distinct())));
            app.MapGet("/events", async context =>
            {
                WebServer.StartStream(context.Response);
                await serve(context);
            });
            app.MapPost("/seen", async context => seen.TrySetResult((await JsonSerializer.DeserializeAsync<Seen>(context.Request.Body, Json))!));
        });
        await using Chromium? browser = await Chromium.TryStartAsync();
        if (browser is null)
        {
            Assert.Skip("Chromium is not installed.");
        }

        using Chromium.Page page = await browser.OpenAsync(server.Uri.AbsoluteUri);
        return await seen.Task.WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
    }

    /// <summary>What the page posts.</summary>
    /// <param name="Opened">How often the connection opened.</param>
    /// <param name="Rows">Each event's type, data and last event ID.</param>
    private sealed record Seen(int Opened, [property: JsonPropertyName("seen")] string[][] Rows)
    {
        public IEnumerable<ServerSentEvent> Events => Rows.Select(e => new ServerSentEvent(e[0], e[1], e[2]));
    }
}
