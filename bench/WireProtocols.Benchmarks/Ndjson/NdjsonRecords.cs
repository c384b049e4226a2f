using System.Text;
using System.Text.Json.Serialization;

namespace WireProtocols.Benchmarks.Ndjson;

/// <summary>A piece of an answer, as language models stream it: 170 bytes.</summary>
public sealed class Piece
{
    [JsonPropertyName("model")]
    public string Model { get; set; } = "";

    [JsonPropertyName("created_at")]
    public DateTime CreatedAt { get; set; }

    [JsonPropertyName("response")]
    public string Response { get; set; } = "";

    [JsonPropertyName("done")]
    public bool Done { get; set; }
}

/// <summary>An entry of a log, with more properties and an array inside: 170 bytes too.</summary>
public sealed class Entry
{
    [JsonPropertyName("id")]
    public long Id { get; set; }

    [JsonPropertyName("user")]
    public string User { get; set; } = "";

    [JsonPropertyName("event")]
    public string Event { get; set; } = "";

    [JsonPropertyName("path")]
    public string Path { get; set; } = "";

    [JsonPropertyName("ts")]
    public DateTime Time { get; set; }

    [JsonPropertyName("ms")]
    public double Milliseconds { get; set; }

    [JsonPropertyName("ok")]
    public bool Ok { get; set; }

    [JsonPropertyName("tags")]
    public string[] Tags { get; set; } = [];
}

[JsonSerializable(typeof(Piece))]
[JsonSerializable(typeof(Entry))]
public sealed partial class RecordContext : JsonSerializerContext;

/// <summary>The input of the NDJSON cases: lines of exactly 170 bytes, line feed included.</summary>
public static class NdjsonRecords
{
    public const int Count = 1000;
    public const int LineLength = 170;

    public static byte[] Pieces { get; } = Repeat(i =>
        $"{{\"model\":\"llama3.2:latest\",\"created_at\":\"2026-11-20T08:00:{i % 60:00}.{i:000000}Z\",\"response\":\" and the next {i:000} "
            + $"tokens{{0}}\",\"done\":false}}");

    public static byte[] Entries { get; } = Repeat(i =>
        $"{{\"id\":{100000 + i},\"user\":\"alice\",\"event\":\"page_view\",\"path\":\"/products/{i:000}{{0}}\","
            + $"\"ts\":\"2026-11-20T08:00:{i % 60:00}Z\",\"ms\":12.75,\"ok\":true,\"tags\":[\"a\",\"b\"]}}");

    /// <summary>Pads each line with text where it says so.</summary>
    private static byte[] Repeat(Func<int, string> line)
    {
        StringBuilder lines = new();
        for (int i = 0; i < Count; i++)
        {
            string text = line(i);
            int missing = LineLength - 1 - (text.Length - "{0}".Length);
            lines.Append(text.Replace("{0}", new string('x', missing), StringComparison.Ordinal)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(lines.ToString());
    }
}
