namespace WireProtocols.Benchmarks.Load;

/// <summary>WebSocket messages from our server to a thousand connections, published once or sent one by one.</summary>
public static class BroadcastPart
{
    public static async Task RunAsync(int rounds, LoadReport report)
    {
        using LoadServer server = LoadServer.Start("ours", "ours");
        foreach (bool deflate in new[] { false, true })
        {
            await using BroadcastLoad load = await BroadcastLoad.ConnectAsync(server.Uri, deflate);
            foreach ((int messages, int length) in new[] { (32, 128), (1, 1024) })
            {
                string name = $"broadcast.{messages}x{length}B{(deflate ? ".deflated" : "")}";
                report.Say($"broadcast of {messages} x {length} B to 1000 connections{(deflate ? ", deflated" : "")}: milliseconds");
                double[] times = await MediansAsync(load, messages, length, 5 * rounds);
                report.Print(name, "published", "milliseconds", times[0]);
                report.Print(name, "one by one", "milliseconds", times[1]);
            }
        }
    }

    /// <summary>Published and one by one in turn; the first round warms up.</summary>
    private static async Task<double[]> MediansAsync(BroadcastLoad load, int messages, int length, int rounds)
    {
        List<double>[] times = [[], []];
        for (int round = 0; round <= rounds; round++)
        {
            for (int way = 0; way < times.Length; way++)
            {
                TimeSpan time = await load.MeasureAsync(new BroadcastOrder(OneByOne: way == 1, messages, length));
                if (round > 0)
                {
                    times[way].Add(time.TotalMilliseconds);
                }
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }
}
