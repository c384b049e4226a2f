using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.WebSockets;

[MemoryDiagnoser]
public class HandshakeBenchmarks
{
    [Benchmark(OperationsPerInvoke = HandshakeCases.Count)]
    public long Ours() => HandshakeCases.Ours();

    [Benchmark(Baseline = true, OperationsPerInvoke = HandshakeCases.Count)]
    public long Platform() => HandshakeCases.Platform();
}
