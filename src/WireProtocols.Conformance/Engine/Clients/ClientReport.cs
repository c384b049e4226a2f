using System.Text.Json;

namespace WireProtocols.Conformance;

/// <summary>One line that a client reported.</summary>
/// <param name="Line">The line.</param>
/// <param name="Row">It as an object of JSON; null where it is none.</param>
internal sealed record ClientReport(string Line, JsonElement? Row)
{
    /// <summary><c>event</c>, <c>response</c>, <c>error</c>; empty where the line says no kind.</summary>
    public string Kind => Text("kind") ?? "";

    public static ClientReport Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return new ClientReport(line, document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null);
        }
        catch (JsonException)
        {
            return new ClientReport(line, null);
        }
    }

    /// <summary>A property that is a string.</summary>
    public string? Text(string name)
        => Row is { } row && row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A property that is a number.</summary>
    public long? Number(string name)
        => Row is { } row && row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out long number) ? number : null;

    public override string ToString() => Line;
}
