using System.Text.Json;
using WireProtocols.Fuzz.ServerSentEvents;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamVectorTests
{
    public static TheoryData<string> Names => Vector.Names("event-stream");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_vector_means_its_rows_however_it_arrives(string name)
    {
        Vector vector = Vector.Get("event-stream", name);
        IReadOnlyList<string> rows = await Segmentation.CheckAsync(vector.Bytes, EventStreamSubject.For(vector));
        Assert.Equal(vector.Rows.Select(Normalize), rows.Select(Normalize));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_within_the_limits_means_the_same_to_the_oracle(string name)
    {
        Vector vector = Vector.Get("event-stream", name);
        if (vector.Options.Keys.All(o => o == "lastEventId"))
        {
            Assert.Equal(
                NaiveEventStream.Decode(vector.Bytes, vector.Options.GetValueOrDefault("lastEventId") ?? ""),
                new EventStreamSubject(null, vector.Options.GetValueOrDefault("lastEventId"), withOffsets: false).Decode([vector.Bytes]));
        }
    }

    /// <summary>Escapes of JSON strings may differ; what they mean may not.</summary>
    private static string Normalize(string row)
    {
        int quote = row.IndexOf('"', StringComparison.Ordinal);
        if (quote < 0)
        {
            return row;
        }

        string[] strings = JsonSerializer.Deserialize<string[]>($"[{row[quote..].Replace("\" \"", "\",\"", StringComparison.Ordinal)}]")!;
        return row[..quote] + string.Join("|", strings);
    }
}
