using System.Text;
using System.Text.Json;
using WireProtocols.JsonRpc;

namespace WireProtocols.Fuzz.JsonRpc;

/// <summary>What a message is by JSON-RPC §4, §5 and §6, over a tree.</summary>
public static class NaiveOutline
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The kind; and whether it is certain, which the first of several problems is not.</summary>
    public static JsonRpcMessageKind KindOf(ReadOnlyMemory<byte> json)
    {
        JsonElement root;
        try
        {
            StrictUtf8.GetCharCount(json.Span);
            root = JsonDocument.Parse(json).RootElement;
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException)
        {
            return JsonRpcMessageKind.Invalid;
        }

        if (root.ValueKind == JsonValueKind.Array)
        {
            return root.GetArrayLength() > 0 ? JsonRpcMessageKind.Batch : JsonRpcMessageKind.Invalid;
        }

        if (root.ValueKind != JsonValueKind.Object || Repeats(root, "jsonrpc", "id", "method", "params", "result", "error"))
        {
            return JsonRpcMessageKind.Invalid;
        }

        JsonElement? id = Member(root, "id");
        JsonElement? method = Member(root, "method");
        JsonElement? result = Member(root, "result");
        JsonElement? error = Member(root, "error");
        bool isSound = Member(root, "jsonrpc") is { ValueKind: JsonValueKind.String } version && TextOf(version) == "2.0"
            && id is null or { ValueKind: JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null }
            && method is null or { ValueKind: JsonValueKind.String }
            && Member(root, "params") is null or { ValueKind: JsonValueKind.Object or JsonValueKind.Array }
            && (error is null || IsError(error.Value));
        return !isSound ? JsonRpcMessageKind.Invalid
            : method is not null && result is null && error is null ? (id is null ? JsonRpcMessageKind.Notification : JsonRpcMessageKind.Request)
            : method is not null || id is null || result is null == error is null ? JsonRpcMessageKind.Invalid
            : result is not null ? JsonRpcMessageKind.Result
            : JsonRpcMessageKind.Error;
    }

    private static bool IsError(JsonElement error)
        => error.ValueKind == JsonValueKind.Object && !Repeats(error, "code", "message")
            && Member(error, "code") is { ValueKind: JsonValueKind.Number } code && code.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0
            && Member(error, "message") is { ValueKind: JsonValueKind.String };

    private static JsonElement? Member(JsonElement element, string name)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (NameOf(property) == name)
            {
                return property.Value;
            }
        }

        return null;
    }

    private static bool Repeats(JsonElement element, params string[] names)
        => names.Any(n => element.EnumerateObject().Count(p => NameOf(p) == n) > 1);

    /// <summary>Null where it has half of a surrogate pair.</summary>
    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
