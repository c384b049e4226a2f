using System.Text;

namespace WireProtocols.Benchmarks.ServerSentEvents;

/// <summary>Streams as they come over the wire: 64 KB of one event, over and over.</summary>
public static class EventStreamInputs
{
    private const int Size = 64 * 1024;

    /// <summary>A chunk of a chat completion: one line of data, 262 bytes with its blank line.</summary>
    public static EventStreamInput OpenAI { get; } = Create(
        "openai262B",
        "",
        """{"id":"chatcmpl-0123456789abcdefghij","object":"chat.completion.chunk","created":1750000000"""
            + ""","model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":"""
            + """{"content":" the"},"finish_reason":null}]}""",
        262);

    /// <summary>A delta with a type of its own: 119 bytes.</summary>
    public static EventStreamInput Anthropic { get; } = Create(
        "anthropic119B",
        "content_block_delta",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" a"}}""",
        119);

    /// <summary>As small as an event gets: 11 bytes.</summary>
    public static EventStreamInput Tiny { get; } = Create("tiny11B", "", "abc", 11);

    public static IReadOnlyList<EventStreamInput> All { get; } = [OpenAI, Anthropic, Tiny];

    private static EventStreamInput Create(string name, string type, string data, int length)
    {
        string head = (type.Length == 0 ? "" : $"event: {type}\n") + "data: ";
        data = data.PadRight(length - head.Length - 2);
        string one = head + data + "\n\n";
        if (one.Length != length)
        {
            throw new InvalidOperationException($"The event has {one.Length} bytes and not {length}.");
        }

        int count = Size / length;
        return new EventStreamInput(
            name,
            Encoding.ASCII.GetBytes(type),
            Encoding.ASCII.GetBytes(data),
            Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(one, count))),
            count);
    }
}

/// <summary>An event, the stream of it, and how often it is in there.</summary>
public sealed record EventStreamInput(string Name, byte[] Type, byte[] Data, byte[] Stream, int Count)
{
    /// <summary>The same events with a comment of two bytes in front of each, as servers send to keep a connection alive.</summary>
    public EventStreamInput WithComments()
    {
        int length = Stream.Length / Count;
        byte[] stream = [.. Stream.Chunk(length).SelectMany(e => (byte[])[(byte)':', (byte)'\n', .. e])];
        return this with { Name = $"comments.{Name}", Stream = stream };
    }
}
