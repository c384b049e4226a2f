using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.Benchmarks.Soak.Backplane;

/// <summary>
/// <c>soak --backplane redis|nats</c>: three <c>wire serve</c> joined by one, clients over them, and in turn everything that goes wrong: the
/// backplane is killed and comes back, it stands still, a server stands still, a server is killed. In the end every client has seen every number
/// once.
/// </summary>
internal static class BackplaneSoak
{
    public const string Switch = "--backplane";
    private const string Usage = "usage: soak --backplane redis|nats [--connections N] [--seconds N]";
    private const int Servers = 3;

    /// <returns>The exit status: 0 when all is well, 1 when something is not, 2 when the command line is of no use.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!TryParse(arguments, out string name, out int connections, out int seconds))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        await using BackplaneServer server = BackplaneServer.Create(name);
        if (!await server.TryStartAsync())
        {
            await Console.Error.WriteLineAsync($"{server.Program} is not installed.");
            return 2;
        }

        await using BackplaneFleet fleet = await BackplaneFleet.StartAsync(server.Url, Servers, connections / 2, connections - (connections / 2));
        Say($"{connections} clients over {Servers} servers");
        (string Name, Func<Task> Do)[] troubles =
        [
            ("the backplane is killed and started again", async () =>
            {
                await server.KillAsync();
                await fleet.SayAsync(10);
                await server.TryStartAsync();
            }),
            ("the backplane stands still for 5 s", async () =>
            {
                await server.StopAsync();
                await fleet.SayAsync(10);
                await Task.Delay(TimeSpan.FromSeconds(5));
                await server.ContinueAsync();
            }),
            ("a server stands still for 3 s", async () =>
            {
                await fleet.Servers[1].StopAsync();
                await Task.Delay(TimeSpan.FromSeconds(3));
                await fleet.Servers[1].ContinueAsync();
            }),
        ];
        Stopwatch time = Stopwatch.StartNew();
        for (int round = 0; time.Elapsed < TimeSpan.FromSeconds(seconds); round++)
        {
            Say(troubles[round % troubles.Length].Name);
            await fleet.SayAsync(20);
            await troubles[round % troubles.Length].Do();
            await fleet.SayAsync(20);
            await fleet.SaidAsync();
        }

        Say("a server is killed");
        await fleet.SayAsync(20);
        await fleet.KillAsync(fleet.Servers[2]);
        await fleet.SayAsync(20);
        IReadOnlyList<string> wrong = await fleet.JudgeAsync();
        int moves = fleet.Listeners.Sum(l => l.Moves);
        Say($"{fleet.Events} events to {fleet.Listeners.Count} streams, which moved {moves} times; {fleet.Messages} messages to the chat");
        Console.WriteLine(wrong.Count == 0 ? "PASS: lost 0, twice 0" : $"FAIL: {string.Join("; ", wrong)}");
        return wrong.Count == 0 ? 0 : 1;
    }

    private static void Say(string line) => Console.WriteLine(line);

    private static bool TryParse(ReadOnlySpan<string> arguments, out string name, out int connections, out int seconds)
    {
        (name, connections, seconds) = ("", 3000, 60);
        for (; arguments.Length >= 2; arguments = arguments[2..])
        {
            bool isNumber = int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0;
            switch (arguments[0])
            {
                case Switch when arguments[1] is "redis" or "nats":
                    name = arguments[1];
                    break;
                case "--connections" when isNumber && value <= 18_000:
                    connections = value;
                    break;
                case "--seconds" when isNumber:
                    seconds = value;
                    break;
                default:
                    return false;
            }
        }

        return arguments.IsEmpty && name.Length > 0;
    }
}
