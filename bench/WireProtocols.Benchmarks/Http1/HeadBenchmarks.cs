using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.Http1;

[MemoryDiagnoser]
public class HeadBenchmarks
{
    [Benchmark(OperationsPerInvoke = HeadCases.Count)]
    public long Decode() => HeadCases.Decode();

    [Benchmark(OperationsPerInvoke = HeadCases.Count, Baseline = true)]
    public long DecodeWithKestrel() => HeadCases.DecodeWithKestrel();
}
