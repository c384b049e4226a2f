using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WireProtocols.AspNetCore;
using WireProtocols.Backplane;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.AspNetCore;

/// <summary>Applications that are joined by a backplane.</summary>
public class WireBackplaneTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_goes_on_at_another_application()
    {
        MemoryBackplaneLog log = new();
        await using WebApplication first = await StartAsync(new MemoryBackplane(log)), second = await StartAsync(new MemoryBackplane(log));
        foreach (WebApplication application in new[] { first, second })
        {
            await application.Services.GetRequiredService<EventStreamTopic>().Topic.WaitUntilOpenAsync(Stop);
        }

        using HttpClient http = new();
        List<ServerSentEvent> events = [];
        foreach (WebApplication application in new[] { first, second, first })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, application.HttpUri("/events"));
            if (events.Count > 0)
            {
                request.Headers.Add("Last-Event-ID", events[^1].LastEventId);
            }

            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            await second.Services.GetRequiredService<EventStreamTopic>().PublishAsync($"{events.Count}", cancellationToken: Stop);
            using EventStreamReader reader = new(await response.Content.ReadAsStreamAsync(Stop));
            await using IAsyncEnumerator<ServerSentEvent> stream = reader.ReadAllAsync(Stop).GetAsyncEnumerator(Stop);
            Assert.True(await stream.MoveNextAsync());
            events.Add(stream.Current);
        }

        Assert.Equal(["0", "1", "2"], events.Select(e => e.Data));
    }

    [Fact]
    public async Task An_application_without_its_backplane_is_degraded_and_says_why()
    {
        await using WebApplication application = await StartAsync(new Unreachable());
        BackplaneNode node = application.Services.GetRequiredService<BackplaneNode>();
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        node.StateChanged += (_, _) => lost.TrySetResult();
        if (node.State != BackplaneState.Lost)
        {
            await lost.Task.WaitAsync(Stop);
        }

        HealthReport report = await application.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        HealthReportEntry entry = report.Entries["backplane"];
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.StartsWith("Lost since ", entry.Description, StringComparison.Ordinal);
        Assert.Equal("The backplane is lost: Nobody is there.", entry.Exception!.Message);
        Assert.Contains("ready", entry.Tags);
    }

    private static async Task<WebApplication> StartAsync(IBackplane backplane)
        => await WireApplication.StartAsync(
            app => app.MapGet("/events", (EventStreamTopic topic) => WireResults.EventStream(topic)),
            builder =>
            {
                builder.Services.AddWireBackplane(_ => backplane, tags: "ready");
                builder.Services.AddSingleton(services => new EventStreamTopic(services.GetRequiredService<BackplaneNode>(), "events"));
            });

    /// <summary>A backplane that is not there.</summary>
    private sealed class Unreachable : IBackplane
    {
        public int MaxRecordLength => 1000;

        public ValueTask StartAsync(IBackplaneListener listener, CancellationToken cancellationToken) => throw new IOException("Nobody is there.");

        public ValueTask SubscribeAsync(string topic, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask UnsubscribeAsync(string topic, CancellationToken cancellationToken) => default;

        public ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken)
            => throw new NotSupportedException();

        public ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
            => throw new NotSupportedException();

        public ValueTask AnnounceAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask PingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
