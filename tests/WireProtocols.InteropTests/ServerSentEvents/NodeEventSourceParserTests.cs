using System.IO.Pipelines;
using System.Text.Json;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.ServerSentEvents;

public sealed class NodeEventSourceParserTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4711)]
    public async Task Npm_eventsource_parser_reads_what_the_writer_writes(int seed)
    {
        IReadOnlyList<ServerSentEvent> events = HostileEvents.Create(2000, seed);
        string file = Path.GetTempFileName();
        try
        {
            List<string> expected = await WriteAsync(file, events);
            string[] rows = await NodePeer.RunAsync("eventsource-parser", "eventsource-parser.mjs", file, $"{seed}");
            Assert.Equal(expected, rows.Select(Normalize));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<List<string>> WriteAsync(string file, IReadOnlyList<ServerSentEvent> events)
    {
        List<string> expected = [];
        await using FileStream stream = File.Create(file);
        await using EventStreamWriter writer = new(PipeWriter.Create(stream));
        for (int i = 0; i < events.Count; i++)
        {
            ServerSentEvent read = HostileEvents.AsRead(events[i]);
            await writer.WriteEventAsync(events[i].Data, events[i].Type, events[i].LastEventId);
            expected.Add(JsonSerializer.Serialize<object[]>(["event", read.Type, read.Data, read.LastEventId]));
            if (i % 10 == 0)
            {
                await writer.WriteCommentAsync($" ping: {i}");
                await writer.WriteRetryAsync(TimeSpan.FromMilliseconds(i));
                expected.Add(JsonSerializer.Serialize<object[]>(["comment", $" ping: {i}"]));
                expected.Add(JsonSerializer.Serialize<object[]>(["retry", i]));
            }
        }

        return expected;
    }

    /// <summary>The same JSON with .NET's escapes.</summary>
    private static string Normalize(string row) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(row));
}
