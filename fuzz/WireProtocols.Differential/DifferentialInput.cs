using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WireProtocols.Differential;

/// <summary>What a specification says of an input.</summary>
public enum DifferentialVerdict
{
    /// <summary>It has to be taken.</summary>
    Allowed,

    /// <summary>It may not be sent, and has to be refused; or has one meaning at most, and that is none.</summary>
    Forbidden,

    /// <summary>It may be taken or refused.</summary>
    Either,
}

/// <summary>Bytes, and the sentence that judges them.</summary>
public sealed record DifferentialInput
{
    /// <summary>The format: the name of the file.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Unique in its file.</summary>
    public string Id { get; init; } = "";

    /// <summary>What the sentence says.</summary>
    public DifferentialVerdict Verdict { get; init; }

    /// <summary>Where the sentence stands.</summary>
    public string Spec { get; init; } = "";

    /// <summary>The sentence.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>The bytes as characters of ISO 8859-1; null where <see cref="Hex"/> has them.</summary>
    public string? Text { get; init; }

    /// <summary>The bytes in hexadecimal digits, with white space anywhere.</summary>
    public string? Hex { get; init; }

    /// <summary>What a reader hands out of it, an item a line; null where that is not compared.</summary>
    public IReadOnlyList<string>? Means { get; init; }

    /// <summary>Who sent it, for frames: <c>server</c>, or null for a client.</summary>
    public string? From { get; init; }

    /// <summary>The published fault of an implementation that read it otherwise.</summary>
    public string? Advisory { get; init; }

    /// <summary>Why this library reads it otherwise on purpose; null where it has to be right.</summary>
    public string? Ours { get; init; }

    /// <summary>The bytes.</summary>
    [JsonIgnore]
    public byte[] Bytes => Hex is null ? Encoding.Latin1.GetBytes(Text!)
        : Convert.FromHexString(string.Concat(Hex.Where(c => !char.IsWhiteSpace(c))));

    /// <summary>The inputs of a folder, file by file.</summary>
    public static IReadOnlyList<DifferentialInput> Load(string folder)
        => [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).SelectMany(LoadFile)];

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Id}";

    private static IEnumerable<DifferentialInput> LoadFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        string kind = Path.GetFileNameWithoutExtension(path);
        return JsonSerializer.Deserialize(file, DifferentialJson.Default.IReadOnlyListDifferentialInput)!.Select(i => i with { Kind = kind });
    }
}

/// <summary>What a peer is asked.</summary>
/// <param name="Kind">The format.</param>
/// <param name="Id">The input.</param>
/// <param name="Hex">Its bytes.</param>
/// <param name="From">Who sent it: <c>client</c> or <c>server</c>.</param>
public sealed record PeerQuestion(string Kind, string Id, string Hex, string From)
{
    /// <summary>What is asked about an input.</summary>
    public static PeerQuestion Of(DifferentialInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new PeerQuestion(input.Kind, input.Id, Convert.ToHexStringLower(input.Bytes), input.From ?? "client");
    }
}

/// <summary>What a peer made of an input.</summary>
/// <param name="Kind">The format.</param>
/// <param name="Id">The input.</param>
/// <param name="Accepted">It took the input.</param>
/// <param name="Got">What it handed out.</param>
/// <param name="Why">Why it refused, in its own words.</param>
public sealed record PeerAnswer(string Kind, string Id, bool Accepted, IReadOnlyList<string> Got, string Why = "");

/// <summary>Who answers: the first line of a peer.</summary>
/// <param name="Peer">The name.</param>
/// <param name="Version">The version.</param>
/// <param name="Kinds">The formats that it reads.</param>
public sealed record PeerIntroduction(string Peer, string Version, IReadOnlyList<string> Kinds);

/// <summary>How all of it is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(IReadOnlyList<DifferentialInput>))]
[JsonSerializable(typeof(DifferentialInput))]
[JsonSerializable(typeof(PeerQuestion))]
[JsonSerializable(typeof(PeerAnswer))]
[JsonSerializable(typeof(PeerIntroduction))]
public sealed partial class DifferentialJson : JsonSerializerContext;
