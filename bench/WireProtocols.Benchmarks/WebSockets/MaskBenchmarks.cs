using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>Masking beside copying; one run is as many payloads as <see cref="CompareCase.OperationsPerRun"/> says.</summary>
[MemoryDiagnoser]
public class MaskBenchmarks
{
    private CompareCase? _case;

    [Params("4KB", "256KB")]
    public string Case { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _case = MaskCases.All().Single(c => c.Name.EndsWith("." + Case, StringComparison.Ordinal));

    [Benchmark(Baseline = true)]
    public void Copy() => _case!.Peer!();

    [Benchmark]
    public void Ours() => _case!.Ours();
}
