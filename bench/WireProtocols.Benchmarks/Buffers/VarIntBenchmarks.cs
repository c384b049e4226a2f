using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.Buffers;

[MemoryDiagnoser]
public class VarIntBenchmarks
{
    [Benchmark(OperationsPerInvoke = VarIntCases.Count)]
    public long Ours() => VarIntCases.Ours(VarIntCases.Input);

    [Benchmark(Baseline = true, OperationsPerInvoke = VarIntCases.Count)]
    public long Switch() => VarIntCases.Switch(VarIntCases.Input);

    [Benchmark(OperationsPerInvoke = VarIntCases.Count)]
    public long Best() => VarIntCases.Best(VarIntCases.Input);
}
