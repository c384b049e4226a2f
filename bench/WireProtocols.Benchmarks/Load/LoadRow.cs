namespace WireProtocols.Benchmarks.Load;

/// <summary>What one round showed of one server.</summary>
/// <param name="Server">Whose.</param>
/// <param name="Rate">Messages, events or requests a second.</param>
public sealed record LoadRow(string Server, double Rate)
{
    /// <summary>Seconds of processor time that the server used for a million of them.</summary>
    public double? CpuSecondsPerMillion { get; init; }

    /// <summary>Half were answered within so many microseconds.</summary>
    public double? Median { get; init; }

    /// <summary>99 % were.</summary>
    public double? Percentile99 { get; init; }

    /// <summary>99.9 % were.</summary>
    public double? Percentile999 { get; init; }

    /// <summary>How many were not answered within five seconds after the end.</summary>
    public long Unanswered { get; init; }

    /// <summary>How many were sent, where they may be lost.</summary>
    public long? Sent { get; init; }
}

/// <summary>Echoes: 64 connections.</summary>
/// <param name="Length">Bytes a message.</param>
/// <param name="InFlight">Messages under way on each connection.</param>
public readonly record struct EchoCell(int Length, int InFlight);

/// <summary>Event streams that all get the same.</summary>
/// <param name="Connections">How many.</param>
/// <param name="Events">Events a round.</param>
/// <param name="Length">Bytes of data an event.</param>
public readonly record struct FanOutCell(int Connections, int Events, int Length);
