namespace WireProtocols.Testing;

/// <summary>How a search is made.</summary>
public sealed record FuzzSearchOptions
{
    /// <summary>What the dice begin with: the same seed, seeds and number of executions give the same search. The default is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long it takes at most; null for no bound.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>How many inputs it tries at most. There is no bound by default.</summary>
    public long MaxExecutions { get; init; } = long.MaxValue;

    /// <summary>The longest input in bytes. The default is 4096.</summary>
    public int MaxLength { get; init; } = 4096;

    /// <summary>The most basic blocks of the woven library that an input may take. The default is 50 million.</summary>
    public long MaxSteps { get; init; } = 50_000_000;

    /// <summary>The inputs to begin with.</summary>
    public IReadOnlyList<byte[]> Seeds { get; init; } = [];

    /// <summary>Words to try; see <see cref="CodeWords"/>.</summary>
    public IReadOnlyList<byte[]> Words { get; init; } = [];
}

/// <summary>How a search stands, or stood at its end.</summary>
/// <param name="Executions">How many inputs were tried.</param>
/// <param name="Structured">How many of them were made by elements.</param>
/// <param name="Kept">How many inputs reached something new.</param>
/// <param name="Edges">How many edges were reached.</param>
/// <param name="LastNew">The execution that last reached something new.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Finding">What failed; null where nothing did.</param>
public sealed record FuzzReport(long Executions, long Structured, int Kept, int Edges, long LastNew, TimeSpan Elapsed, FuzzFinding? Finding);

/// <summary>An input on which a target failed.</summary>
/// <param name="Input">The input, as small as it was made.</param>
/// <param name="What">What failed, in words.</param>
/// <param name="Growth">Where a failure is only that work grows faster than its input: the piece to repeat.</param>
public sealed record FuzzFinding(byte[] Input, string What, FuzzGrowth? Growth = null);

/// <summary>The piece of an input whose repetition costs more and more.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Length">How long it is.</param>
public sealed record FuzzGrowth(int At, int Length);
