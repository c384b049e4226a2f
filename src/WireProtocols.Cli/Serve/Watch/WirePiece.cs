using System.Text.Json.Serialization;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>What crossed the wire together, or what became of it.</summary>
/// <param name="From"><c>client</c> or <c>server</c>.</param>
/// <param name="Connection">The number of the connection among those that are watched under the name, from 1 on.</param>
/// <param name="At">When, in milliseconds since the watching began.</param>
/// <param name="Hex">The bytes; none where <see cref="What"/> says what became of the connection.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Lost">How many bytes before them are not shown, since the one who watches was too slow.</param>
internal sealed record WirePiece(string From, int Connection, double At, string Hex, int Length, long Lost)
{
    /// <summary>Offset and length of each run of bytes that is shown as asterisks, one after another; null where there is none.</summary>
    public int[]? Hidden { get; init; }

    /// <summary>
    /// <c>request</c> with the head of a request, <c>datagram</c> with the bytes of one, and without bytes <c>end</c>, <c>cut</c>, <c>violation</c>,
    /// <c>fin</c>, <c>reset</c>, <c>stop</c>; null for bytes like any.
    /// </summary>
    public string? What { get; init; }

    /// <summary>The QUIC stream that they are on; null where there is none.</summary>
    public long? Stream { get; init; }

    /// <summary>The code of a reset or of a stop, or the name of the rule that was broken.</summary>
    public string? Code { get; init; }

    /// <summary>A sentence on it.</summary>
    public string? Text { get; init; }

    /// <summary>The section of the rule that was broken.</summary>
    public string? Spec { get; init; }

    /// <summary>The byte that broke it, from the first one behind the head of the request.</summary>
    public long? Offset { get; init; }
}

/// <summary>How pieces are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WirePiece))]
internal sealed partial class WirePieceJson : JsonSerializerContext;
