using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.Rpc;

[MemoryDiagnoser]
public class RpcBenchmarks
{
    [Benchmark(OperationsPerInvoke = RpcCases.Count)]
    public void ReadMessages() => RpcCases.Read();

    [Benchmark(OperationsPerInvoke = RpcCases.Count)]
    public void WriteMessages() => RpcCases.Write();
}
