using System.Text;
using System.Text.Json;

namespace WireProtocols.Cli.Encode;

/// <summary>A row to encode. What is missing or of another type is an <see cref="ArgumentException"/> that names the property.</summary>
internal readonly struct EncodeRow(JsonElement row)
{
    public string Kind => GetString("kind");

    public bool Has(string name) => row.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public string GetString(string name)
        => Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Bad(name, "a string");

    public string GetString(string name, string standard) => Has(name) ? GetString(name) : standard;

    public long GetInt64(string name)
        => Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : throw Bad(name, "a whole number");

    public long GetInt64(string name, long standard) => Has(name) ? GetInt64(name) : standard;

    public int GetInt32(string name)
        => Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) ? number : throw Bad(name, "a whole number");

    public int GetInt32(string name, int standard) => Has(name) ? GetInt32(name) : standard;

    /// <summary>A number of 8 bits.</summary>
    public byte GetByte(string name) => (byte)GetUpTo(name, byte.MaxValue);

    public byte GetByte(string name, byte standard) => Has(name) ? GetByte(name) : standard;

    /// <summary>A number of 16 bits.</summary>
    public ushort GetUInt16(string name) => (ushort)GetUpTo(name, ushort.MaxValue);

    public ushort GetUInt16(string name, ushort standard) => Has(name) ? GetUInt16(name) : standard;

    /// <summary>A number of 32 bits.</summary>
    public uint GetUInt32(string name) => (uint)GetUpTo(name, uint.MaxValue);

    public uint GetUInt32(string name, uint standard) => Has(name) ? GetUInt32(name) : standard;

    public bool GetBoolean(string name, bool standard) => !Has(name) ? standard : Get(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad(name, "true or false"),
    };

    /// <summary>The first property that is none of these; null where there is none.</summary>
    public string? FindOther(IReadOnlySet<string> names)
    {
        foreach (JsonProperty property in row.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                return property.Name;
            }
        }

        return null;
    }

    /// <summary>Base64; of a payload that is missing, its <c>text</c>.</summary>
    public byte[] GetBytes(string name)
        => name == "payload" && !Has(name) && Has("text") ? Encoding.UTF8.GetBytes(GetString("text"))
            : Get(name) is { ValueKind: JsonValueKind.String } value && value.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : throw Bad(name, "base64");

    public byte[] GetBytes(string name, byte[] standard) => Has(name) || (name == "payload" && Has("text")) ? GetBytes(name) : standard;

    /// <summary>Base64 of at most so many bytes; none where it is missing.</summary>
    public byte[] GetBytes(string name, int most)
        => GetBytes(name, []) is var bytes && bytes.Length <= most ? bytes : throw Bad(name, $"base64 of at most {most} bytes");

    /// <summary>An object inside the row, for instance <c>fields</c>.</summary>
    public EncodeRow GetObject(string name)
        => Get(name) is { ValueKind: JsonValueKind.Object } value ? new EncodeRow(value) : throw Bad(name, "an object");

    /// <summary>An array of objects inside the row, for instance <c>attributes</c>; none where it is missing.</summary>
    public IReadOnlyList<EncodeRow> GetObjects(string name)
        => !Has(name) ? []
            : Get(name) is { ValueKind: JsonValueKind.Array } value && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Object)
                ? [.. value.EnumerateArray().Select(e => new EncodeRow(e))]
                : throw Bad(name, "an array of objects");

    /// <summary>Demands one of the kinds that the format has.</summary>
    public void Expect(params ReadOnlySpan<string> kinds)
    {
        if (!kinds.Contains(Kind))
        {
            throw new ArgumentException($"a row of the kind \"{Kind}\" does not belong here; expected {string.Join(" or ", kinds!)}");
        }
    }

    private JsonElement Get(string name)
        => row.TryGetProperty(name, out JsonElement value) ? value : throw new ArgumentException($"the property \"{name}\" is missing");

    private long GetUpTo(string name, long most)
        => Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) && number >= 0 && number <= most
            ? number
            : throw Bad(name, $"0 to {most}");

    private static ArgumentException Bad(string name, string wanted) => new($"the property \"{name}\" has to be {wanted}");
}
