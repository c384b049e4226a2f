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
            return new JsonRpcMessage(offset, json, Map(error), offset + index, json.Length);
        }

        return CheckKind(json, offset);
    }

    /// <summary>Takes over what the reader of lines says of one.</summary>
    public JsonRpcMessage Check(scoped in NdjsonRecord record)
    {
        if (record.IsValid)
        {
            return CheckKind(record.Data, record.Offset);
        }

        // Of a line that is too long, nothing is there, and its end need not have come.
        bool isTooLong = record.Error == NdjsonProtocolError.RecordTooLong;
        long length = isTooLong ? record.ErrorOffset - record.Offset : record.Data.Length;
        return new JsonRpcMessage(record.Offset, record.Data, Map(record.Error), record.ErrorOffset, length);
    }

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

    private JsonRpcMessage CheckKind(ReadOnlySpan<byte> json, long offset)
    {
        int first = options.AllowBatch ? -1 : json.IndexOfAnyExcept(JsonText.Whitespace);
        return first >= 0 && json[first] == '['
            ? new JsonRpcMessage(offset, json, JsonRpcProtocolError.BatchNotAllowed, offset + first, json.Length)
            : new JsonRpcMessage(offset, json);
    }
}
