using System.CommandLine;
using WireProtocols.Benchmarks.Load.Quic;

namespace WireProtocols.Benchmarks.Load;

/// <summary>
/// <c>load [PART…]</c>: whole servers over loopback, each in a process of its own on one processor, under one client on another, in turn.
/// Echoes, at full speed and at fixed rates; idle connections; short HTTP/1.1 answers; server-sent events to many; WebSocket broadcasts;
/// WebTransport.
/// </summary>
public static class LoadCommand
{
    private static readonly string[] Parts = ["echo", "rates", "idle", "http", "events", "broadcast", "webtransport"];

    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(string[] arguments)
    {
        Argument<string[]> parts = new("part") { Description = $"Which parts: {string.Join(", ", Parts)}. All when none is named." };
        parts.AcceptOnlyFromAmong(Parts);
        Option<string[]> servers
            = new("--servers") { Description = "Only servers whose name contains one of these.", AllowMultipleArgumentsPerToken = true };
        Option<double> seconds = new("--seconds") { Description = "Seconds a round.", DefaultValueFactory = _ => 2 };
        Option<int> rounds = new("--rounds") { Description = "Rounds; the median counts.", DefaultValueFactory = _ => 3 };
        Option<int> idle = new("--connections") { Description = "Connections of the part idle.", DefaultValueFactory = _ => 10_000 };
        Option<bool> json = new("--json") { Description = "A JSON object a line." };
        RootCommand command = new("Whole servers over loopback under one client.") { parts, servers, seconds, rounds, idle, json };
        command.SetAction(
            result => RunAsync(
                new LoadOptions(
                    result.GetValue(parts)!,
                    result.GetValue(servers)!,
                    TimeSpan.FromSeconds(result.GetValue(seconds)),
                    result.GetValue(rounds),
                    result.GetValue(idle),
                    result.GetValue(json))));
        return command.Parse(arguments).InvokeAsync();
    }

    private static async Task RunAsync(LoadOptions options)
    {
        LoadReport report = new(options.Json);
        report.Say(
            LoadPin.IsPossible
                ? "Servers run on processor 0, clients on processor 1."
                : "Nothing is pinned: there is one processor, or no taskset.");
        if (!NativeClient.IsBuilt)
        {
            report.Say("The native clients are not built (bash bench/native/build.sh): echoes are ours, and rates, idle and events are left out.");
        }

        if (options.Has("echo") || options.Has("rates"))
        {
            await EchoesAsync(options, report);
        }

        if (options.Has("idle") && NativeClient.IsBuilt)
        {
            await IdlePart.RunAsync(LoadServers.Echoes.Where(s => options.Includes(s.Name)), options, report);
        }

        if (options.Has("http"))
        {
            await HttpAsync(options, report);
        }

        if (options.Has("events") && NativeClient.IsBuilt)
        {
            using LoadFleet fleet = LoadFleet.Start(LoadServers.Events, options, report);
            await EventsPart.RunAsync(fleet.Servers, options, report);
        }

        if (options.Has("broadcast"))
        {
            await BroadcastPart.RunAsync(options.Rounds, report);
        }

        if (options.Has("webtransport"))
        {
            await QuicPart.RunAsync(options, report);
        }
    }

    private static async Task EchoesAsync(LoadOptions options, LoadReport report)
    {
        using LoadFleet fleet = LoadFleet.Start(LoadServers.Echoes, options, report);
        if (NativeClient.IsBuilt)
        {
            await EchoPart.WarmUpAsync(fleet.Servers, options);
        }

        if (options.Has("echo"))
        {
            await (NativeClient.IsBuilt
                ? EchoPart.RunAsync(fleet.Servers, options, report)
                : EchoLoad.RunAsync(fleet.Servers, options, report));
        }

        if (options.Has("rates") && NativeClient.IsBuilt)
        {
            await EchoPart.RunAtRatesAsync(fleet.Servers, options, report);
        }

    }

    private static async Task HttpAsync(LoadOptions options, LoadReport report)
    {
        if (!HttpLoad.IsAvailable)
        {
            report.Say("HTTP/1.1 is left out: wrk is not installed.");
            return;
        }

        using LoadFleet fleet = LoadFleet.Start(LoadServers.Http, options, report);
        await HttpLoad.RunAsync(fleet.Servers, options, report);
    }
}
