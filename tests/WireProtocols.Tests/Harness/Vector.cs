using System.Text;
using System.Text.Json;

namespace WireProtocols.Tests.Harness;

/// <summary>Wire bytes and the transcript that they have by the specification.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Section">The section it was written from.</param>
/// <param name="Options">Names that the protocol's subject understands, for instance <c>from=server</c>.</param>
/// <param name="Bytes">The input.</param>
/// <param name="Rows">The expected transcript.</param>
public sealed record Vector(string Name, string Section, IReadOnlyDictionary<string, string> Options, byte[] Bytes, IReadOnlyList<string> Rows)
{
    /// <summary>
    /// Loads every vector below <c>tests/vectors/&lt;folder&gt;</c>. A vector gives its bytes as <c>hex</c> (white space ignored), as
    /// <c>text</c> (a character a byte), or both, joined in that order; <c>repeat</c> multiplies them.
    /// </summary>
    public static IEnumerable<Vector> Load(string folder)
        => Directory.EnumerateFiles(Repository.PathOf("tests", "vectors", folder), "*.json")
            .Order(StringComparer.Ordinal)
            .SelectMany(LoadFile);

    /// <summary>The names of the vectors of a folder, as theory data.</summary>
    public static TheoryData<string> Names(string folder) => [.. Load(folder).Select(v => v.Name)];

    /// <summary>One vector by name.</summary>
    public static Vector Get(string folder, string name) => Load(folder).Single(v => v.Name == name);

    public override string ToString() => Name;

    private static IEnumerable<Vector> LoadFile(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            Dictionary<string, string> options = vector.TryGetProperty("options", out JsonElement given)
                ? given.EnumerateObject().ToDictionary(o => o.Name, o => o.Value.ToString())
                : [];
            yield return new Vector(
                vector.GetProperty("name").GetString()!,
                vector.GetProperty("section").GetString()!,
                options,
                BytesOf(vector),
                [.. vector.GetProperty("rows").EnumerateArray().Select(r => r.GetString()!)]);
        }
    }

    private static byte[] BytesOf(JsonElement vector)
    {
        string hex = vector.TryGetProperty("hex", out JsonElement h) ? h.GetString()! : "";
        string text = vector.TryGetProperty("text", out JsonElement t) ? t.GetString()! : "";
        int repeat = vector.TryGetProperty("repeat", out JsonElement r) ? r.GetInt32() : 1;
        byte[] once = [.. Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c)))), .. Encoding.Latin1.GetBytes(text)];
        return [.. Enumerable.Repeat(once, repeat).SelectMany(b => b)];
    }
}
