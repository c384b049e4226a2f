using WireProtocols.Benchmarks.Soak.Backplane;
using WireProtocols.Benchmarks.Soak.Quic;
using WireProtocols.Benchmarks.Soak.Resume;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>
/// <c>soak</c>: many connections to <c>wire serve</c> in a process of its own, a message a second on each, while some are killed, some stop reading
/// for a while, and some go silent for good. Says whether anything was lost, reordered or leaked, and whether the server drains. With
/// <c>--webtransport</c> it is another one, <see cref="QuicSoakRun"/>, with <c>--resume</c> a third, <see cref="ResumeSoakCommand"/>, and with
/// <c>--backplane</c> a fourth, <see cref="BackplaneSoak"/>.
/// </summary>
public static class SoakCommand
{
    /// <returns>The exit status: 0 when all is well, 1 when something is not, 2 when the command line is of no use.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Contains(QuicSoakOptions.Switch))
        {
            return await QuicSoakRun.RunAsync(arguments);
        }

        if (arguments.Contains(ResumeSoakCommand.Switch))
        {
            return await ResumeSoakCommand.RunAsync(arguments);
        }

        if (arguments.Contains(BackplaneSoak.Switch))
        {
            return await BackplaneSoak.RunAsync(arguments);
        }

        SoakOptions options;
        try
        {
            options = SoakOptions.Parse(arguments);
        }
        catch (FormatException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }

        using SoakServer server = await SoakServer.StartAsync(options);
        SoakRun run = new(options, server);
        await run.RunAsync();
        List<string> reasons = [.. SoakVerdict.Judge(run)];
        SoakReport.PrintSummary(run);
        Console.WriteLine(reasons.Count == 0 ? "PASS" : $"FAIL: {string.Join("; ", reasons)}");
        return reasons.Count == 0 ? 0 : 1;
    }
}
