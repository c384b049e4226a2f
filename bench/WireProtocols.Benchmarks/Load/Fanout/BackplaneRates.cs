using System.Diagnostics;
using System.Globalization;
using WireProtocols.Backplane;
using WireProtocols.Benchmarks.Soak.Backplane;
using WireProtocols.Nats;
using WireProtocols.Redis;

namespace WireProtocols.Benchmarks.Load.Fanout;

/// <summary>How many messages a second go through a backplane, by how many nodes hear them and how many topics they are of.</summary>
internal static class BackplaneRates
{
    private const int Messages = 20_000;
    private const int Outstanding = 512;
    private const int Length = 100;

    public static async Task RunAsync()
    {
        Console.WriteLine($"{Messages} messages of {Length} B from one node: how many a second until all nodes have them; processor time for each.");
        Console.WriteLine($"{"",-36}{"a second",10}{"backplane us",14}");
        foreach ((string kind, int nodes, int topics) in new[]
        {
            ("redis", 1, 1), ("redis", 3, 1), ("redis", 9, 1), ("redis", 1, 1000), ("redis", 3, 1000), ("nats", 1, 1), ("nats", 3, 1), ("nats", 9, 1),
            ("nats", 3, 1000),
        })
        {
            await using BackplaneServer server = BackplaneServer.Create(kind);
            string name = string.Create(CultureInfo.InvariantCulture, $"{kind}, {nodes} nodes, {topics} topics");
            if (!await server.TryStartAsync())
            {
                Console.WriteLine($"{name,-36}{server.Program} is not installed.");
                continue;
            }

            (double rate, double cpu) = await MeasureAsync(server, nodes, topics);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36}{rate,10:f0}{cpu,14:f1}"));
        }
    }

    private static async Task<(double Rate, double ServerMicroseconds)> MeasureAsync(BackplaneServer server, int nodes, int topics)
    {
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long received = 0;
        List<BackplaneNode> running = [];
        List<BackplaneTopic> first = [];
        try
        {
            for (int i = 0; i < nodes; i++)
            {
                BackplaneNode node = new(server.Program == "redis-server" ? new RedisBackplane(server.Url) : new NatsBackplane(server.Url));
                running.Add(node);
                BackplaneTopic[] open = [.. Enumerable.Range(0, topics).Select(t => node.Open($"topic {t}", Receive))];
                await Task.WhenAll(open.Select(t => t.WaitUntilOpenAsync()));
                first.AddRange(i == 0 ? open : []);
            }

            double before = server.ProcessorTime.TotalMicroseconds;
            long started = Stopwatch.GetTimestamp();
            using SemaphoreSlim room = new(Outstanding);
            for (int i = 0; i < Messages; i++)
            {
                await room.WaitAsync();
                _ = PublishAsync(first[i % topics], room);
            }

            await all.Task.WaitAsync(TimeSpan.FromMinutes(5));
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            return (Messages / seconds, (server.ProcessorTime.TotalMicroseconds - before) / Messages);
        }
        finally
        {
            await Task.WhenAll(running.Select(n => n.DisposeAsync().AsTask()));
        }

        ValueTask Receive(BackplaneMessage message, CancellationToken stop)
        {
            if (Interlocked.Increment(ref received) == (long)Messages * nodes)
            {
                all.TrySetResult();
            }

            return default;
        }
    }

    private static async Task PublishAsync(BackplaneTopic topic, SemaphoreSlim room)
    {
        try
        {
            await topic.PublishAsync(new byte[Length]);
        }
        finally
        {
            room.Release();
        }
    }
}
