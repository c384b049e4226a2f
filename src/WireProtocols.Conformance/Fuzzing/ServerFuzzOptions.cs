namespace WireProtocols.Conformance;

/// <summary>How a server is fuzzed.</summary>
public sealed record ServerFuzzOptions
{
    /// <summary>What the dice begin with. The default is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long it takes. The default is a minute.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many rounds it plays at most. There is no bound by default.</summary>
    public int MaxRounds { get; init; } = int.MaxValue;

    /// <summary>How long an answer may take. The default is five seconds; what comes too late is asked for again, with twice the time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The process of the server, whose end and whose memory are looked at; null where it is not known.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How much the memory of that process may grow. The default is 256 MiB.</summary>
    public long MaxGrowth { get; init; } = 256L * 1024 * 1024;

    /// <summary>The one round to play, of an earlier run with the same seed; null for all.</summary>
    public int? Round { get; init; }
}

/// <summary>Something that a server did.</summary>
/// <param name="What"><c>crash</c>, <c>hang</c>, <c>accepted</c>, <c>wrong-code</c> or <c>memory</c>.</param>
/// <param name="Round">The round, which repeats it with the same seed.</param>
/// <param name="Spec">Where the rule stands; empty where there is none.</param>
/// <param name="Got">What came, in words.</param>
/// <param name="Sent">What was sent behind the handshake, made as small as it could be.</param>
public sealed record ServerFuzzFinding(string What, int Round, string Spec, string Got, byte[] Sent);
