using System.CommandLine;

namespace WireProtocols.Benchmarks.Load;

/// <summary>
/// <c>load</c>: whole servers over loopback, each in a process of its own, under one client, in turn. Echoes of ours, <c>wire serve</c>, Kestrel's
/// and npm ws; short HTTP/1.1 answers of ours and Kestrel's under wrk; broadcasts of ours, published or one by one.
/// </summary>
public static class LoadCommand
{
    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(string[] arguments)
    {
        Option<double> seconds = new("--seconds") { Description = "Seconds a round of echoes.", DefaultValueFactory = _ => 2 };
        Option<int> rounds
            = new("--rounds") { Description = "Rounds that are counted; one more comes first, to warm up.", DefaultValueFactory = _ => 5 };
        RootCommand command = new("Whole servers over loopback under one client.") { seconds, rounds };
        command.SetAction(result => RunAsync(TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(rounds)));
        return command.Parse(arguments).InvokeAsync();
    }

    private static async Task RunAsync(TimeSpan time, int rounds)
    {
        using LoadServer ours = LoadServer.Start("WireProtocols", "ours");
        using LoadServer kestrel = LoadServer.Start("Kestrel", "kestrel");
        using LoadServer tool = LoadServer.StartTool();
        using LoadServer? node = LoadServer.TryStartNode();
        if (node is null)
        {
            Console.WriteLine("npm ws is left out: Node.js or the packages of tests/WireProtocols.InteropTests/peers are not installed.");
        }

        LoadServer[] servers = node is null ? [ours, tool, kestrel] : [ours, tool, kestrel, node];
        foreach (int length in new[] { 64, 16 * 1024 })
        {
            double[] rates
                = await MediansAsync(rounds, [.. servers.Select(s => (Func<Task<double>>)(() => EchoLoad.MeasureAsync(s.Uri, length, time)))]);
            for (int i = 0; i < servers.Length; i++)
            {
                Print(
                    $"echo {length,5} B: {servers[i].Name,-13} {rates[i],9:0} "
                        + $"messages/s{(i == 0 ? "" : $", ours {rates[0] / rates[i]:0.00} times that")}");
            }
        }

        await HttpAsync(time, rounds);
        await BroadcastAsync(ours.Uri, deflate: false, rounds);
        await BroadcastAsync(ours.Uri, deflate: true, rounds);
    }

    private static async Task HttpAsync(TimeSpan time, int rounds)
    {
        if (!HttpLoad.IsAvailable)
        {
            Console.WriteLine("HTTP/1.1 is left out: wrk is not installed.");
            return;
        }

        using LoadServer ours = LoadServer.Start("WireProtocols", "ours-http");
        using LoadServer kestrel = LoadServer.Start("Kestrel", "kestrel-http");
        double[] rates = await MediansAsync(rounds, [() => HttpLoad.MeasureAsync(ours.Uri, time), () => HttpLoad.MeasureAsync(kestrel.Uri, time)]);
        Print($"HTTP/1.1 GET: {ours.Name} {rates[0]:0} requests/s, {kestrel.Name} {rates[1]:0}, ours {rates[0] / rates[1]:0.00} times that");
    }

    private static async Task BroadcastAsync(Uri uri, bool deflate, int rounds)
    {
        await using BroadcastLoad load = await BroadcastLoad.ConnectAsync(uri, deflate);
        foreach ((int messages, int length) in new[] { (32, 128), (1, 1024) })
        {
            double[] times = await MediansAsync(
                5 * rounds,
                [
                    async () => (await load.MeasureAsync(new BroadcastOrder(false, messages, length))).TotalMilliseconds,
                    async () => (await load.MeasureAsync(new BroadcastOrder(true, messages, length))).TotalMilliseconds,
                ]);
            Print(
                $"broadcast of {messages,2} x {length,4} B to 1000{(deflate ? ", deflated" : "")}: {times[0]:0.0} ms, one by one {times[1]:0.0} ms, "
                    + $"ratio {times[1] / times[0]:0.00}");
        }
    }

    /// <summary>Runs each in turn, round by round; the first round warms up.</summary>
    private static async Task<double[]> MediansAsync(int rounds, Func<Task<double>>[] measurements)
    {
        List<double>[] figures = [.. measurements.Select(_ => new List<double>())];
        for (int round = 0; round <= rounds; round++)
        {
            for (int i = 0; i < measurements.Length; i++)
            {
                double figure = await measurements[i]();
                if (round > 0)
                {
                    figures[i].Add(figure);
                }
            }
        }

        return [.. figures.Select(f => f.Order().ElementAt(f.Count / 2))];
    }

    private static void Print(string line) => Console.WriteLine(line);
}
