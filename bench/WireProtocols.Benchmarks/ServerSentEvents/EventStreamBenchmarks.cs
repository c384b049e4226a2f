using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.ServerSentEvents;

[MemoryDiagnoser]
public class EventStreamBenchmarks : IAsyncDisposable
{
    private EventStreamReadCase _read = new(EventStreamInputs.Tiny);
    private EventStreamWriteCase _write = new(EventStreamInputs.Tiny);

    [Params("openai262B", "anthropic119B", "tiny11B")]
    public string Input { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        EventStreamInput input = EventStreamInputs.All.Single(i => i.Name == Input);
        _read = new EventStreamReadCase(input);
        _write = new EventStreamWriteCase(input);
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        _read.Dispose();
        await _write.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public long Read() => _read.Ours();

    [Benchmark]
    public long SseParser() => _read.Peer();

    [Benchmark]
    public void Write() => _write.Ours();

    [Benchmark]
    public void SseFormatter() => _write.Peer();
}
