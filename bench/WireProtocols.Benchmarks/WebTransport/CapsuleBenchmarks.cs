using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.WebTransport;

[MemoryDiagnoser]
public class CapsuleBenchmarks
{
    [Benchmark(OperationsPerInvoke = CapsuleCases.Count)]
    public void ReadDatagrams() => CapsuleCases.ReadDatagrams();

    [Benchmark(OperationsPerInvoke = CapsuleCases.Count)]
    public void ReadUpdates() => CapsuleCases.ReadUpdates();

    [Benchmark(OperationsPerInvoke = CapsuleCases.Count)]
    public void WriteDatagrams() => CapsuleCases.WriteDatagrams();

    [Benchmark(OperationsPerInvoke = CapsuleCases.Count)]
    public void DecodeQuicDatagrams() => CapsuleCases.DecodeDatagrams();

    [Benchmark(OperationsPerInvoke = CapsuleCases.Count)]
    public void EncodeQuicDatagrams() => CapsuleCases.EncodeDatagrams();
}

[MemoryDiagnoser]
public class SessionBenchmarks
{
    [Benchmark(OperationsPerInvoke = SessionCases.Count)]
    public void EchoDatagrams() => SessionCases.EchoDatagrams();

    [Benchmark(OperationsPerInvoke = SessionCases.Count)]
    public void EchoStream() => SessionCases.EchoStream();
}
