using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>Sending messages one by one; one run is as many as <see cref="CompareCase.OperationsPerRun"/> says.</summary>
[MemoryDiagnoser]
public class SendBenchmarks
{
    private CompareCase? _case;

    [Params("server.32B", "server.64KB", "client.32B")]
    public string Case { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _case = SendCases.All().Single(c => c.Name.EndsWith("." + Case, StringComparison.Ordinal));

    [Benchmark(Baseline = true)]
    public void Platform() => _case!.Peer!();

    [Benchmark]
    public void Ours() => _case!.Ours();
}
