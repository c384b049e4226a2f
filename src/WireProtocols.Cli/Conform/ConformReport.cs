using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>What a run found.</summary>
internal sealed class ConformReport(Uri url, int seed, TimeProvider time)
{
    private readonly List<ConformanceResult> _results = [];
    private readonly long _start = time.GetTimestamp();

    public Uri Url { get; } = url;

    public int Seed { get; } = seed;

    public DateTimeOffset Date { get; } = time.GetUtcNow();

    public TimeSpan Elapsed { get; private set; }

    public IReadOnlyList<ConformanceResult> Results => _results;

    public IEnumerable<ConformanceResult> Failed => Of(ConformanceVerdict.Fail);

    public IEnumerable<ConformanceResult> Of(ConformanceVerdict verdict)
        => _results.Where(r => r.Verdict == verdict).OrderBy(r => r.Case.Id, StringComparer.Ordinal);

    public int Count(ConformanceVerdict verdict) => _results.Count(r => r.Verdict == verdict);

    public void Add(ConformanceResult result) => _results.Add(result);

    public void End() => Elapsed = time.GetElapsedTime(_start);
}
