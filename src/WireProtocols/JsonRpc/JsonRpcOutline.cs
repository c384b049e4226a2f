using System.Text.Json;
using System.Text.Unicode;

namespace WireProtocols.JsonRpc;

/// <summary>
/// What one look at a message says: what kind it is, and where its members stand. Its slices are those of the message, as they stand there: strings
/// with their quotation marks and escapes. Nothing is allocated.
/// </summary>
/// <remarks>Messages of the Debug Adapter Protocol are framed alike and are none of JSON-RPC: their kind is
/// <see cref="JsonRpcMessageKind.Invalid"/>.</remarks>
public readonly ref partial struct JsonRpcOutline
{
    /// <summary>What kind it is.</summary>
    public JsonRpcMessageKind Kind { get; internal init; }

    /// <summary>Why it is <see cref="JsonRpcMessageKind.Invalid"/>.</summary>
    public JsonRpcProtocolError Problem { get; internal init; }

    /// <summary>The id; empty where there is none.</summary>
    public ReadOnlySpan<byte> Id { get; internal init; }

    /// <summary>The method; empty where there is none.</summary>
    public ReadOnlySpan<byte> Method { get; internal init; }

    /// <summary>The parameters of a request or notification; empty where there are none.</summary>
    public ReadOnlySpan<byte> Parameters { get; internal init; }

    /// <summary>The result of a response; empty where there is none.</summary>
    public ReadOnlySpan<byte> Result { get; internal init; }

    /// <summary>The error of a response, an object; empty where there is none.</summary>
    public ReadOnlySpan<byte> Error { get; internal init; }

    /// <summary>The messages of a batch; none of anything else.</summary>
    public JsonRpcBatch Messages { get; internal init; }

    /// <summary>Looks at a message.</summary>
    /// <param name="json">The message. What is no JSON, or no UTF-8, is <see cref="JsonRpcMessageKind.Invalid"/>.</param>
    /// <param name="maxDepth">The deepest nesting; at least 1.</param>
    public static JsonRpcOutline Read(ReadOnlySpan<byte> json, int maxDepth = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDepth, 1);

        // The platform's reader does not look into strings.
        if (!Utf8.IsValid(json))
        {
            return new JsonRpcOutline { Problem = JsonRpcProtocolError.InvalidUtf8 };
        }

        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            return new Walk(json).Read(ref reader);
        }
        catch (JsonException)
        {
            // Whoever has the message from a decoder that validates does not come here.
            return new JsonRpcOutline { Problem = JsonRpcProtocolError.InvalidJson };
        }
    }

    /// <summary>The method, its escapes resolved; null where there is none, or where it is no string of Unicode.</summary>
    public string? GetMethod() => Unescape(Method);

    private static string? Unescape(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return null;
        }

        Utf8JsonReader reader = new(value);
        try
        {
            return reader.Read() ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is a legal escape (RFC 8259 §8.2), and no string.
            return null;
        }
    }
}
