using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.Http1;

[MemoryDiagnoser]
public class ChunkedBenchmarks : IDisposable
{
    private ChunkedReadRun? _read;
    private ChunkedWriteRun? _write;

    [Params(64, 16 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup() => (_read, _write) = (ChunkedCases.CreateRead(Size), ChunkedCases.CreateWrite(Size));

    [Benchmark(Baseline = true)]
    public void HttpClientRead() => _read!.Peer();

    [Benchmark]
    public void Read() => _read!.Ours();

    [Benchmark]
    public void ReadBody() => _read!.OursAsPipe();

    [Benchmark]
    public void HttpClientWrite() => _write!.Peer();

    [Benchmark]
    public void Write() => _write!.Ours();

    [GlobalCleanup]
    public void Dispose()
    {
        _read?.Dispose();
        _write?.Dispose();
        GC.SuppressFinalize(this);
    }
}
