using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.Ndjson;

[MemoryDiagnoser]
public class NdjsonBenchmarks : IDisposable
{
    private readonly NdjsonFrameRun _frame = new(validate: false);
    private readonly NdjsonFrameRun _validate = new(validate: true);
    private readonly NdjsonTypedRun<Piece> _typed = new(NdjsonRecords.Pieces, RecordContext.Default.Piece);
    private readonly NdjsonWriteRun _write = new();

    [Benchmark]
    public void Frame() => _frame.Ours();

    [Benchmark]
    public void IndexOf() => _frame.Split();

    [Benchmark]
    public void Validate() => _validate.Ours();

    [Benchmark]
    public void Walk() => _validate.Walk();

    [Benchmark]
    public void Typed() => _typed.Ours();

    [Benchmark]
    public void Platform() => _typed.Peer();

    [Benchmark]
    public void Write() => _write.Ours();

    [Benchmark]
    public void Serialize() => _write.Peer();

    [GlobalCleanup]
    public void Dispose()
    {
        _frame.Dispose();
        _validate.Dispose();
        _write.Dispose();
        GC.SuppressFinalize(this);
    }
}
