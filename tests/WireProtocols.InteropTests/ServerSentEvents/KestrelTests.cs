using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.ServerSentEvents;

public sealed class KestrelTests
{
    [Fact]
    public async Task The_client_reads_what_typed_results_send()
    {
        await using WebServer server
            = await WebServer.StartAsync(app => app.MapGet("/", (CancellationToken stop) => TypedResults.ServerSentEvents(ItemsAsync(stop))));
        await using EventStreamClient client = new(server.Uri, new EventStreamClientOptions { Reconnection = EventStreamReconnection.Never });
        List<ServerSentEvent> events = await client.ReadAllAsync().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                new("message", "plain", ""),
                new("typed", "two\nlines", ""),
                new("message", "", "id-1"),
                new("typed", " 日本 ", "é"),
            ],
            events);
        Assert.Equal(TimeSpan.FromMilliseconds(1234), client.ReconnectionTime);
        Assert.Equal("é", client.LastEventId);
    }

    [Fact]
    public async Task The_last_event_id_reaches_the_server_as_UTF8()
    {
        await using WebServer server = await WebServer.StartAsync(app => app.MapGet("/", async context =>
        {
            string? last = context.Request.Headers["Last-Event-ID"];
            if (last == "日本 é")
            {
                context.Response.StatusCode = 204;
                return;
            }

            WebServer.StartStream(context.Response);
            await using EventStreamWriter writer = new(context.Response.BodyWriter);
            await writer.WriteRetryAsync(TimeSpan.Zero);
            await writer.WriteEventAsync($"{last}", id: "日本 é");
        }));
        await using EventStreamClient client = new(server.Uri);
        Assert.Equal([new ServerSentEvent("message", "", "日本 é")], await client.ReadAllAsync().ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Redirects_lead_to_the_stream()
    {
        await using WebServer server = await WebServer.StartAsync(app =>
        {
            app.MapGet("/", () => TypedResults.Redirect("/moved", permanent: true, preserveMethod: true));
            app.MapGet("/moved", (CancellationToken stop) => TypedResults.ServerSentEvents(ItemsAsync(stop)));
        });
        await using EventStreamClient client = new(server.Uri, new EventStreamClientOptions { Reconnection = EventStreamReconnection.Never });
        Assert.Equal(4, await client.ReadAllAsync().CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal(new Uri(server.Uri, "/moved"), client.FinalUri);
    }

    private static async IAsyncEnumerable<SseItem<string>> ItemsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        yield return new SseItem<string>("plain") { ReconnectionInterval = TimeSpan.FromMilliseconds(1234) };
        await Task.Yield();
        yield return new SseItem<string>("two\nlines", "typed");
        yield return new SseItem<string>("") { EventId = "id-1" };
        stop.ThrowIfCancellationRequested();
        yield return new SseItem<string>(" 日本 ", "typed") { EventId = "é" };
    }
}
