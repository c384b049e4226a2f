using System.Diagnostics;
using System.Globalization;
using WireProtocols.Benchmarks.Soak.Backplane;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load.Fanout;

/// <summary>
/// <c>fanout</c>: how long a message to the chat takes until the last of all members has it, on one <c>wire serve</c> alone, on one that is joined
/// to a backplane, and on three that are.
/// </summary>
internal static class FanoutCommand
{
    private const string Usage = "usage: fanout [--connections N] [--rounds N] [--length BYTES]";

    /// <summary>Files that a process needs besides its connections.</summary>
    private const int OtherFiles = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <returns>The exit status: 0, or 2 when the command line is of no use.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!TryParse(arguments, out int connections, out int rounds, out int length))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        if (FileLimit() is { } limit && limit < connections + OtherFiles)
        {
            int needed = connections + OtherFiles;
            await Console.Error.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{connections} connections need 'ulimit -n {needed}'; it is {limit}."));
            return 2;
        }

        Say($"A message of {length} B to {connections} connections, {rounds} rounds: milliseconds until the last one has it.");
        Console.WriteLine($"{"",-24}{"median",10}{"90 %",10}{"most",10}{"CPU ms",10}{"MB",10}");
        foreach ((string? backplane, int nodes) in new[] { ((string?)null, 1), ("redis", 1), ("redis", 3), ("nats", 1), ("nats", 3) })
        {
            await MeasureAsync(backplane, nodes, connections, rounds, length);
        }

        await BackplaneRates.RunAsync();
        return 0;
    }

    private static async Task MeasureAsync(string? kind, int nodes, int connections, int rounds, int length)
    {
        string name = $"{(nodes == 1 ? "1 server" : "3 servers")}{(kind is null ? "" : $", {kind}")}";
        await using BackplaneServer? backplane = kind is null ? null : BackplaneServer.Create(kind);
        if (backplane is not null && !await backplane.TryStartAsync())
        {
            Say($"{name,-24}{backplane.Program} is not installed.");
            return;
        }

        List<BackplaneServe> servers = [];
        try
        {
            for (int i = 0; i < nodes; i++)
            {
                servers.Add(await BackplaneServe.StartAsync(backplane?.Url));
                await (backplane is null ? Task.CompletedTask : servers[i].SaysAsync("the backplane answers"));
            }

            FanoutTimes times = await MeasureAsync(servers, connections, rounds, length);
            double[] sorted = [.. times.Milliseconds.Order()];
            double median = sorted[sorted.Length / 2], most = sorted[^1], ninety = sorted[sorted.Length * 9 / 10];
            double cpu = times.ProcessorMilliseconds / rounds, megabytes = times.ResidentBytes / 1048576.0;
            Say($"{name,-24}{median,10:f1}{ninety,10:f1}{most,10:f1}{cpu,10:f1}{megabytes,10:f0}");
        }
        finally
        {
            foreach (BackplaneServe server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<FanoutTimes> MeasureAsync(List<BackplaneServe> servers, int connections, int rounds, int length)
    {
        const int WarmUp = 5;

        // A server's frame has no mask: two bytes, or four from 126 bytes of payload on.
        using FanoutClients clients = await FanoutClients.ConnectAsync([.. servers.Select(s => s.Uri)], connections, length + (length < 126 ? 2 : 4));
        await using WebSocketConnection speaker
            = await WebSocketClient.ConnectAsync(new UriBuilder(servers[0].Uri) { Scheme = "ws", Path = "/ws/chat" }.Uri);
        Task listening = ListenAsync(speaker);
        byte[] message = [.. Enumerable.Repeat((byte)'x', length)];
        List<double> times = [];
        double before = 0;
        for (int round = -WarmUp; round < rounds; round++)
        {
            before = round == 0 ? servers.Sum(s => s.ProcessorTime.TotalMilliseconds) : before;
            Task all = clients.ExpectAsync(1);
            long started = Stopwatch.GetTimestamp();
            await speaker.SendAsync(WebSocketOpcode.Text, message);
            await all.WaitAsync(Patience);
            if (round >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        double used = servers.Sum(s => s.ProcessorTime.TotalMilliseconds) - before;
        long resident = servers.Sum(s => s.ResidentBytes);
        speaker.Abort();
        await listening;
        return new FanoutTimes(times, used, resident);
    }

    /// <summary>The one who speaks is a member, and hears itself.</summary>
    private static async Task ListenAsync(WebSocketConnection speaker)
    {
        try
        {
            while (await speaker.ReceiveAsync() is { } message)
            {
                message.Dispose();
            }
        }
        catch (IOException)
        {
            // It was aborted.
        }
    }

    /// <summary>How many files this process may have open, as the system says it; null where it does not.</summary>
    private static int? FileLimit()
    {
        const string Line = "Max open files";
        string? line = File.Exists("/proc/self/limits")
            ? File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal))
            : null;
        return int.TryParse(line?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture, out int limit)
            ? limit
            : null;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static bool TryParse(ReadOnlySpan<string> arguments, out int connections, out int rounds, out int length)
    {
        (connections, rounds, length) = (10_000, 30, 100);
        for (; arguments.Length >= 2; arguments = arguments[2..])
        {
            if (!int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value == 0)
            {
                return false;
            }

            switch (arguments[0])
            {
                case "--connections" when value <= 18_000:
                    connections = value;
                    break;
                case "--rounds":
                    rounds = value;
                    break;
                case "--length" when value < 65_536:
                    length = value;
                    break;
                default:
                    return false;
            }
        }

        return arguments.IsEmpty;
    }

    /// <param name="Milliseconds">Of each round.</param>
    /// <param name="ProcessorMilliseconds">Of the servers, in all rounds.</param>
    /// <param name="ResidentBytes">Of the servers.</param>
    private sealed record FanoutTimes(List<double> Milliseconds, double ProcessorMilliseconds, long ResidentBytes);
}
