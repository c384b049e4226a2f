using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

[Collection(Alone.Name)]
public class WebSocketMetricsTests
{
    [Fact]
    public async Task Instruments_count_connections_messages_bytes_pings_and_closes()
    {
        SortedDictionary<string, long> sums = new(StringComparer.Ordinal);
        using MeterListener listener = Listen(sums);
        ConnectionPair pair = ConnectionPair.Create();
        await pair.Client.SendAsync(WebSocketOpcode.Binary, new byte[1000]);
        (await pair.Server.ReceiveAsync())!.Dispose();
        await pair.Client.SendTextAsync("four");
        (await pair.Server.ReceiveAsync())!.Dispose();
        await pair.Client.PingAsync();
        Assert.Equal(
            [
                ("websocket.active_connections client", 1),
                ("websocket.active_connections server", 1),
                ("websocket.io receive", 1004),
                ("websocket.io transmit", 1004),
                ("websocket.messages receive binary", 1),
                ("websocket.messages receive text", 1),
                ("websocket.messages transmit binary", 1),
                ("websocket.messages transmit text", 1),
                ("websocket.outstanding_pings", 1),
            ],
            Read(sums));

        Task<OwnedWebSocketMessage?> receiving = pair.Server.ReceiveAsync().AsTask();
        await pair.Client.CloseAsync((WebSocketCloseCode)4321).AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Null(await receiving);
        await pair.DisposeAsync();
        Assert.Equal(
            [
                ("websocket.active_connections client", 0),
                ("websocket.active_connections server", 0),
                ("websocket.closes client 4321", 1),
                ("websocket.closes server 4321", 1),
                ("websocket.outstanding_pings", 0),
            ],
            Read(sums).Where(
                row => !row.Name.Contains(".io", StringComparison.Ordinal) && !row.Name.Contains(".messages", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Instruments_tell_how_handshakes_ended_how_long_connections_lived_and_what_was_dropped()
    {
        SortedDictionary<string, long> sums = new(StringComparer.Ordinal);
        using MeterListener listener = Listen(sums);

        // Both ends tell at once, each on a thread of its own.
        ConcurrentQueue<double> lifetimes = [];
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => lifetimes.Enqueue(seconds));
        ConcurrentQueue<string> activities = [];
        using ActivityListener tracing = new()
        {
            ShouldListenTo = source => source.Name == "WireProtocols.WebSockets",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => activities.Enqueue($"{activity.Kind} {activity.GetTagItem("websocket.handshake.outcome")}"),
        };
        ActivitySource.AddActivityListener(tracing);
        foreach (bool isRefused in new[] { false, true })
        {
            (IDuplexPipe ours, IDuplexPipe theirs) = DuplexPipes.Create();
            Task<WebSocketConnection?> accepting = WebSocketServer.AcceptAsync(
                theirs,
                new()
                {
                    Decide = (request, _) => new(isRefused ? WebSocketDecision.Refuse(request.Reject(403)) : WebSocketDecision.Accept()),
                }).AsTask();
            Task<WebSocketConnection> connecting = WebSocketClient.ConnectAsync(ours, new("example.com", "/")).AsTask();
            if (await accepting is not { } server)
            {
                await Assert.ThrowsAsync<WebSocketHandshakeException>(() => connecting);
            }
            else
            {
                await Task.WhenAll(server.DisposeAsync().AsTask(), (await connecting).DisposeAsync().AsTask());
            }
        }

        Assert.Equal(
            [
                ("websocket.handshakes client 403", 1),
                ("websocket.handshakes client accepted", 1),
                ("websocket.handshakes server 403", 1),
                ("websocket.handshakes server accepted", 1),
            ],
            Read(sums).Where(row => row.Name.Contains("handshakes", StringComparison.Ordinal)));
        Assert.Equal(2, lifetimes.Count);
        Assert.Equal(["Client 403", "Client accepted", "Server 403", "Server accepted"], activities.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_listener_that_throws_loses_its_connection_and_keeps_nobody_waiting()
    {
        ConnectionPair pair = ConnectionPair.Create();
        using MeterListener listener = Listen([]);
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("listener"));
        WebSocketClosedException exception = await Assert.ThrowsAsync<WebSocketClosedException>(() => pair.Server.SendTextAsync("text").AsTask());
        Assert.Equal("listener", exception.Reason);
        Task sending = pair.Server.SendTextAsync("more").AsTask();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.WaitAsync(ConnectionPair.Patience));
        pair.Client.Abort();
        await pair.DisposeAsync();
    }

    private static MeterListener Listen(SortedDictionary<string, long> sums)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "WireProtocols.WebSockets")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string name = instrument.Name;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                name += $" {tag.Value}";
            }

            lock (sums)
            {
                sums[name] = sums.GetValueOrDefault(name) + value;
            }
        });
        listener.Start();
        return listener;
    }

    private static (string Name, long Sum)[] Read(SortedDictionary<string, long> sums)
    {
        lock (sums)
        {
            return [.. sums.Select(s => (s.Key, s.Value))];
        }
    }
}
