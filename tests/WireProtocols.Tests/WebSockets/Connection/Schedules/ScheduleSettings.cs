using System.Globalization;

namespace WireProtocols.Tests.WebSockets.Schedules;

/// <summary>How many rounds are played, and the seed of the first. <c>WIREPROTOCOLS_SCHEDULES=1000000:42</c> says so; a seed alone repeats one
/// round: <c>1:42</c>.</summary>
public sealed record ScheduleSettings(int Rounds, int Seed)
{
    private const int DefaultRounds = 4000;

    public static ScheduleSettings Read()
    {
        string[] parts = (Environment.GetEnvironmentVariable("WIREPROTOCOLS_SCHEDULES") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        int rounds = parts.Length > 0 ? int.Parse(parts[0], CultureInfo.InvariantCulture) : DefaultRounds;
        int seed = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : Environment.TickCount & 0xFFFFFF;
        return new ScheduleSettings(rounds, seed);
    }
}
