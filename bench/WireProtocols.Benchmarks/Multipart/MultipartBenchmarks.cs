using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.Multipart;

[MemoryDiagnoser]
public class MultipartBenchmarks
{
    [Benchmark(OperationsPerInvoke = MultipartCases.Fields)]
    public void ReadFields() => MultipartCases.ReadFields();

    [Benchmark(OperationsPerInvoke = MultipartCases.Files)]
    public void ReadFiles() => MultipartCases.ReadFiles();
}
