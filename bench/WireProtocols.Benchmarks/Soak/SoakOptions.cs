using System.Globalization;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>What the command line of <c>soak</c> says.</summary>
internal sealed record SoakOptions
{
    public const string Usage
        = "usage: soak [--connections N] [--seconds N] [--trouble PERCENT] [--keep-alive SECONDS] [--seed N]; or soak --webtransport; "
            + "or soak --backplane redis|nats";

    public int Connections { get; init; } = 10_000;

    /// <summary>How long all connections are open; connecting and the end come on top.</summary>
    public int Seconds { get; init; } = 600;

    /// <summary>How many connections in a hundred are paused or half-open at any time.</summary>
    public int Trouble { get; init; } = 5;

    /// <summary>The server's <c>--keep-alive</c>; zero for one that fits the length of the run.</summary>
    public int KeepAlive { get; init; }

    /// <summary>Of the generator that chooses who is in trouble.</summary>
    public int Seed { get; init; } = 20_260_101;

    /// <summary>How long the server takes at most to find a half-open peer: the silence is seen after at most one and a half intervals, and its
    /// end again; the rest is for a busy machine.</summary>
    public TimeSpan HalfOpenPatience => TimeSpan.FromSeconds((3 * KeepAlive) + 5);

    /// <summary>How often the server prints its counts.</summary>
    public int StatsInterval => Math.Clamp(Seconds / 40, 1, 15);

    /// <summary>How many connections are made a second.</summary>
    public int ConnectRate => 500;

    /// <exception cref="FormatException">An argument is unknown, or its value is out of range.</exception>
    public static SoakOptions Parse(ReadOnlySpan<string> arguments)
    {
        SoakOptions options = new();
        for (; !arguments.IsEmpty; arguments = arguments[2..])
        {
            int value = 0;
            bool isNumber = arguments.Length > 1 && int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out value);
            options = (arguments[0], isNumber) switch
            {
                ("--connections", true) when value is > 0 and <= 18_000 => options with { Connections = value },
                ("--seconds", true) when value >= 5 => options with { Seconds = value },
                ("--trouble", true) when value <= 50 => options with { Trouble = value },
                ("--keep-alive", true) when value > 0 => options with { KeepAlive = value },
                ("--seed", true) => options with { Seed = value },
                _ => throw new FormatException($"'{string.Join(' ', arguments[..Math.Min(2, arguments.Length)])}' is not understood. {Usage}"),
            };
        }

        return options.KeepAlive > 0 ? options : options with { KeepAlive = Math.Clamp(options.Seconds / 20, 1, 15) };
    }
}
