using BenchmarkDotNet.Attributes;

namespace WireProtocols.Benchmarks.EventStreams;

[MemoryDiagnoser]
public class EventMessageBenchmarks
{
    [Benchmark(OperationsPerInvoke = EventMessageCases.Count)]
    public void ReadMessages() => EventMessageCases.ReadSmall();

    [Benchmark(OperationsPerInvoke = EventMessageCases.Count)]
    public void ReadLongMessages() => EventMessageCases.ReadLarge();

    [Benchmark(OperationsPerInvoke = EventMessageCases.Count)]
    public void ReadOwnedMessages() => EventMessageCases.ReadSmallOwned();

    [Benchmark(OperationsPerInvoke = EventMessageCases.Count)]
    public void WriteMessages() => EventMessageCases.Write();
}
