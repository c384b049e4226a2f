using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>Receiving masked messages; one run is as many as <see cref="CompareCase.OperationsPerRun"/> says.</summary>
[MemoryDiagnoser]
public class ReceiveBenchmarks
{
    private CompareCase? _case;

    [Params("masked.32B", "masked.128B", "masked.1KB", "masked.64KB")]
    public string Case { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _case = ReceiveCases.All().Single(c => c.Name.EndsWith("." + Case, StringComparison.Ordinal));

    [Benchmark(Baseline = true)]
    public void Platform() => _case!.Peer!();

    [Benchmark]
    public void Ours() => _case!.Ours();
}
