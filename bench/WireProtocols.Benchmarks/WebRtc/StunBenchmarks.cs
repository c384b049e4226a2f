using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.WebRtc;

[MemoryDiagnoser]
public class StunBenchmarks
{
    [Benchmark(OperationsPerInvoke = StunCases.Count)]
    public void ParseResponses() => StunCases.Parse();

    [Benchmark(OperationsPerInvoke = StunCases.Count)]
    public void WriteResponses() => StunCases.Write();
}
