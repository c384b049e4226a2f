using System.Text;
using System.Text.Json;

namespace WireProtocols.Cli.Connect;

/// <summary>A message as a row of JSON.</summary>
internal sealed class JsonInputRow
{
    private readonly JsonElement _row;
    private readonly string _where;

    private JsonInputRow(JsonElement row, string where)
    {
        _row = row;
        _where = where;
        string? payload = Find("payload");
        try
        {
            Payload = payload is null ? Encoding.UTF8.GetBytes(Find("text") ?? Find("data") ?? "") : Convert.FromBase64String(payload);
        }
        catch (FormatException)
        {
            throw ToolException.Usage($"{where}: \"payload\" has to be base64.");
        }
    }

    /// <summary>What <c>payload</c> holds in base64, or else <c>text</c> or <c>data</c>.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <param name="line">The row.</param>
    /// <param name="where">What it is called where it is wrong.</param>
    /// <exception cref="ToolException">It is no row.</exception>
    public static JsonInputRow Parse(ReadOnlyMemory<byte> line, string where)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonInputRow(document.RootElement.Clone(), where)
                : throw ToolException.Usage($"{where}: a message is a JSON object.");
        }
        catch (JsonException exception)
        {
            throw ToolException.Usage($"{where} is no JSON: {exception.Message}");
        }
    }

    /// <summary>A string; null where it is missing.</summary>
    public string? Find(string name)
        => !_row.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw ToolException.Usage($"{_where}: \"{name}\" has to be a string.");

    /// <summary>A number.</summary>
    public int FindNumber(string name, int standard)
        => !_row.TryGetProperty(name, out JsonElement value) ? standard
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
            : throw ToolException.Usage($"{_where}: \"{name}\" has to be a whole number.");
}
