namespace WireProtocols.Benchmarks.Soak;

/// <summary>What may happen to a connection.</summary>
internal enum SoakTrouble
{
    None,

    /// <summary>It stops reading for some seconds while it goes on sending.</summary>
    Pause,

    /// <summary>The same, with more under way than the sockets hold.</summary>
    DeepPause,

    /// <summary>It stops reading and writing for good, and answers no Ping.</summary>
    HalfOpen,

    /// <summary>A TCP reset.</summary>
    Reset,

    /// <summary>The sending half is shut, without Close.</summary>
    End,

    /// <summary>A reset in the middle of a frame.</summary>
    ResetInFrame,

    /// <summary>The sending half is shut in the middle of a frame.</summary>
    EndInFrame,
}

/// <summary>How likely each trouble is, a connection and second.</summary>
internal sealed class SoakTroubles
{
    public const int LeastPause = 1000;
    public const int MostPause = 8000;

    private readonly double _pause;
    private readonly double _halfOpen;
    private readonly double _kill;

    public SoakTroubles(SoakOptions options)
    {
        // Two fifths of those in trouble are paused, the rest is half-open: how often that begins follows from how long it lasts.
        double share = options.Trouble / 100.0;
        _pause = 0.4 * share / ((LeastPause + MostPause) / 2000.0);
        _halfOpen = 0.6 * share / options.HalfOpenPatience.TotalSeconds;
        _kill = share / 20;
    }

    public SoakTrouble Choose(Random random)
    {
        double dice = random.NextDouble();
        if (dice < _kill)
        {
            return SoakTrouble.Reset + random.Next(4);
        }

        dice -= _kill;
        if (dice < _pause)
        {
            return random.Next(100) == 0 ? SoakTrouble.DeepPause : SoakTrouble.Pause;
        }

        return dice - _pause < _halfOpen ? SoakTrouble.HalfOpen : SoakTrouble.None;
    }
}
