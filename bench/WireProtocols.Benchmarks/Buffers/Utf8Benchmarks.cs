using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.Buffers;

[MemoryDiagnoser]
public class Utf8Benchmarks
{
    private Utf8Input[] _inputs = [];

    [Params("ascii", "mixed", "cjk")]
    public string Text { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _inputs = Utf8Cases.Inputs[Text];

    [Benchmark]
    public void Ours() => Utf8Cases.Ours(_inputs);

    [Benchmark(Baseline = true)]
    public void Platform() => Utf8Cases.Platform(_inputs);
}
