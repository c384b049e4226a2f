namespace WireProtocols.Benchmarks.ServerSentEvents;

/// <summary>Event streams beside the platform's parser and formatter.</summary>
public static class EventStreamCases
{
    public static IEnumerable<CompareCase> All() =>
    [
        Read(EventStreamInputs.OpenAI, 1.3),
        Read(EventStreamInputs.Anthropic, 2.0),
        Read(EventStreamInputs.Tiny, 2.5),
        Read(EventStreamInputs.OpenAI.WithComments(), null),
        Read(EventStreamInputs.Anthropic.WithComments(), null),
        Read(EventStreamInputs.Tiny.WithComments(), null),
        .. EventStreamInputs.All.Select(Write),
    ];

    private static CompareCase Read(EventStreamInput input, double? target)
    {
        EventStreamReadCase @case = new(input);
        return new CompareCase(
            $"sse.read.{input.Name}",
            input.Count,
            () => Sink.Keep(@case.Ours()),
            "SseParser, span item parser",
            () => Sink.Keep(@case.Peer()),
            target);
    }

    private static CompareCase Write(EventStreamInput input)
    {
        EventStreamWriteCase @case = new(input);
        return new CompareCase($"sse.write.{input.Name}", input.Count, @case.Ours, "SseFormatter, UTF-8 items", @case.Peer, 2.0);
    }
}
