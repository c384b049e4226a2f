using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.ProxyProtocol;

[MemoryDiagnoser]
public class ProxyBenchmarks
{
    [Benchmark(OperationsPerInvoke = ProxyCases.Count)]
    public void ReadLines() => ProxyCases.ReadLines();

    [Benchmark(OperationsPerInvoke = ProxyCases.Count)]
    public void ReadHeaders() => ProxyCases.ReadHeaders();
}
