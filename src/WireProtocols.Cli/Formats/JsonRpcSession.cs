using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.JsonRpc;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows messages, and what kind each is.</summary>
internal sealed class JsonRpcSession(FormatRun run, JsonRpcOptions options) : ElementSession<JsonRpcMessage>(run)
{
    private readonly JsonRpcDecoder _decoder = new(options);
    private long _messages;

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out JsonRpcMessage element)
        => _decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput()
    {
        if (_decoder.TryDecodeLast(out JsonRpcMessage last))
        {
            Print(last);
        }

        return _decoder.Complete();
    }

    protected override bool Accept(scoped in JsonRpcMessage message)
    {
        Print(message);
        return true;
    }

    protected override void Fail() => Fail(_decoder.Error, _decoder.ErrorOffset, skipped: 0);

    protected override void PrintEnd()
    {
        if (Run.Json)
        {
            Utf8JsonWriter row = Run.Rows.Begin("end"u8);
            row.WriteNumber("messages"u8, _messages);
            Run.Rows.End();
            return;
        }

        Run.View.Element(
            _decoder.Position, string.Create(CultureInfo.InvariantCulture, $"end, {_messages} message{(_messages == 1 ? "" : "s")}"));
    }

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    private void Print(scoped in JsonRpcMessage message)
    {
        if (!message.IsValid)
        {
            Fail(message.Error, message.ErrorOffset, message.SkippedLength);
            return;
        }

        _messages++;
        JsonRpcOutline outline = message.Outline;
        string kind = outline.Kind.ToString().ToLowerInvariant();
        if (!Run.Json)
        {
            Run.View.Element(message.Offset, $"{kind}, {HumanView.Count(message.Content.Length)}");
            if (outline.GetMethod() is { } method)
            {
                Run.View.Field("method", SafeText.Quote(method));
            }

            if (!outline.Id.IsEmpty)
            {
                Run.View.Field("id", SafeText.Of(System.Text.Encoding.UTF8.GetString(outline.Id)));
            }

            Run.View.Payload(message.Content, message.Content.Length);
            return;
        }

        Utf8JsonWriter row = Run.Rows.Begin("message"u8);
        Run.Rows.WriteOffset(message.Offset);
        row.WriteNumber("length"u8, message.Content.Length);
        row.WriteString("type"u8, kind);
        if (outline.Kind == JsonRpcMessageKind.Invalid)
        {
            row.WriteString("problem"u8, outline.Problem.ToString());
        }

        if (outline.GetMethod() is { } name)
        {
            row.WriteString("method"u8, name);
        }

        // What is no id, an object or an array, may have line breaks.
        if (!outline.Id.IsEmpty && outline.Id[0] is not ((byte)'{' or (byte)'['))
        {
            row.WritePropertyName("id"u8);
            row.WriteRawValue(outline.Id, skipInputValidation: true);
        }

        Run.Rows.WritePayload(message.Content);
        Run.Rows.End();
    }

    private void Fail(JsonRpcProtocolError error, long offset, long skipped)
        => Run.Fail(
            error,
            error.GetRule(),
            offset,
            row =>
            {
                row.WriteNumber("errorCode"u8, (int)error.GetErrorCode());
                if (skipped > 0)
                {
                    row.WriteNumber("skipped"u8, skipped);
                }
            },
            raise: error == JsonRpcProtocolError.ContentTooLong ? "--max-element" : null,
            remark: skipped > 0 ? string.Create(CultureInfo.InvariantCulture, $"skipped {HumanView.Count(skipped)}") : null);
}
