using System.Globalization;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>What the command line of <c>soak --webtransport</c> says.</summary>
internal sealed record QuicSoakOptions
{
    /// <summary>The argument that asks for this soak.</summary>
    public const string Switch = "--webtransport";

    public const string Usage = "usage: soak --webtransport [--connections N] [--seconds N] [--kill-every SECONDS] [--seed N]";

    /// <summary>The processes that the connections are spread over; one of them stays, the others are killed in turn.</summary>
    public const int Processes = 5;

    /// <summary>After how long the server knows that a client is gone that was killed.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);

    public int Connections { get; init; } = 500;

    public int Seconds { get; init; } = 600;

    /// <summary>How often a process of clients is killed.</summary>
    public int KillEvery { get; init; } = 15;

    /// <summary>Of the generators that choose what clients do.</summary>
    public int Seed { get; init; } = 20_261_201;

    /// <summary>How often the processes say their counts.</summary>
    public TimeSpan StatsInterval => TimeSpan.FromSeconds(Math.Clamp(Seconds / 40, 1, 15));

    /// <exception cref="FormatException">An argument is unknown, or its value is out of range.</exception>
    public static QuicSoakOptions Parse(IEnumerable<string> arguments)
    {
        QuicSoakOptions options = new();
        foreach (string[] pair in arguments.Where(a => a != Switch).Chunk(2))
        {
            int value = 0;
            bool isNumber = pair.Length > 1 && int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out value);
            options = (pair[0], isNumber) switch
            {
                ("--connections", true) when value is >= Processes and <= 5000 => options with { Connections = value },
                ("--seconds", true) when value >= 5 => options with { Seconds = value },
                ("--kill-every", true) when value > 0 => options with { KillEvery = value },
                ("--seed", true) => options with { Seed = value },
                _ => throw new FormatException($"'{string.Join(' ', pair)}' is not understood. {Usage}"),
            };
        }

        return options;
    }
}
