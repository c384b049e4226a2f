using WireProtocols.Ndjson;

namespace WireProtocols.JsonRpc;

/// <summary>Checks the content of messages, whatever frames them.</summary>
internal sealed class JsonRpcContent(JsonRpcOptions options)
{
    private readonly JsonSyntax _syntax = new(options.MaxDepth);

    /// <summary>Checks a whole message.</summary>
    public JsonRpcMessage Check(ReadOnlySpan<byte> json, long offset)
    {
        if (options.Validate && JsonText.CheckText(json, _syntax, out int index) is not NdjsonProtocolError.None and NdjsonProtocolError error)
        {
            return Bad(json, offset, Map(error), offset + index, json.Length);
        }

        return CheckKind(json, offset, json.Length);
    }

    /// <summary>Takes over what the reader of lines says of one.</summary>
    /// <param name="record">The line.</param>
    /// <param name="length">How long it is with its end.</param>
    public JsonRpcMessage Check(scoped in NdjsonRecord record, long length)
        => record.IsValid ? CheckKind(record.Data, record.Offset, length)
            : Bad(record.Data, record.Offset, Map(record.Error), record.ErrorOffset, length);

    public static JsonRpcProtocolError Map(NdjsonProtocolError error) => error switch
    {
        NdjsonProtocolError.UnexpectedEnd => JsonRpcProtocolError.UnexpectedEnd,
        NdjsonProtocolError.EmptyLine => JsonRpcProtocolError.EmptyLine,
        NdjsonProtocolError.EmbeddedCarriageReturn => JsonRpcProtocolError.EmbeddedLineBreak,
        NdjsonProtocolError.ByteOrderMark => JsonRpcProtocolError.ByteOrderMark,
        NdjsonProtocolError.RecordTooLong => JsonRpcProtocolError.ContentTooLong,
        NdjsonProtocolError.InvalidUtf8 => JsonRpcProtocolError.InvalidUtf8,
        NdjsonProtocolError.NestingTooDeep => JsonRpcProtocolError.NestingTooDeep,
        _ => JsonRpcProtocolError.InvalidJson,
    };

    private JsonRpcMessage CheckKind(ReadOnlySpan<byte> json, long offset, long length)
    {
        int first = options.AllowBatch ? -1 : json.IndexOfAnyExcept(JsonText.Whitespace);
        return first >= 0 && json[first] == '['
            ? Bad(json, offset, JsonRpcProtocolError.BatchNotAllowed, offset + first, length)
            : new JsonRpcMessage(offset, json);
    }

    private static JsonRpcMessage Bad(ReadOnlySpan<byte> json, long offset, JsonRpcProtocolError error, long errorOffset, long length)
        => new(offset, json, error, errorOffset, length);
}
