using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.JsonRpc;

[MemoryDiagnoser]
public class JsonRpcBenchmarks
{
    [Benchmark(OperationsPerInvoke = JsonRpcCases.Count)]
    public void Frame() => JsonRpcCases.Frame();

    [Benchmark(OperationsPerInvoke = JsonRpcCases.Count)]
    public void Read() => JsonRpcCases.Read();

    [Benchmark(OperationsPerInvoke = JsonRpcCases.Count)]
    public void Outline() => JsonRpcCases.Outline();
}
