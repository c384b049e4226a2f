using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using WireProtocols.Cli.View;
using WireProtocols.EventStreams;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows messages with their headers, each when its checksum is right.</summary>
internal sealed class AwsEventStreamSession(FormatRun run, EventMessageOptions options) : ElementSession<EventMessagePart>(run)
{
    private readonly EventMessageDecoder _decoder = new(options);
    private readonly PayloadCollector _payload = run.CreateCollector();
    private OwnedEventHeader[] _headers = [];

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out EventMessagePart element)
        => _decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput() => _decoder.Complete();

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    protected override bool Accept(scoped in EventMessagePart part)
    {
        if (part.IsFirst)
        {
            _headers = part.Headers.ToArray();
            _payload.Clear();
        }

        _payload.Append(part.Payload);
        if (part.IsLast)
        {
            Print(part);
        }

        return true;
    }

    private void Print(scoped in EventMessagePart part)
    {
        if (Run.Json)
        {
            PrintRow(part);
        }
        else
        {
            PrintView(part);
        }
    }

    private void PrintRow(scoped in EventMessagePart part)
    {
        Utf8JsonWriter row = Run.Rows.Begin("message"u8);
        Run.Rows.WriteOffset(part.Offset);
        row.WriteStartArray("headers"u8);
        foreach (OwnedEventHeader header in _headers)
        {
            row.WriteStartObject();
            row.WriteString("name"u8, header.Name);
            row.WriteString("type"u8, AwsHeaderNames.Of(header.Value.Type));
            WriteValue(row, header.Value);
            row.WriteEndObject();
        }

        row.WriteEndArray();
        row.WriteNumber("length"u8, part.PayloadLength);
        row.WriteBase64String("payload"u8, _payload.Kept);
        if (IsText() && Utf8.IsValid(_payload.Kept))
        {
            row.WriteString("text"u8, _payload.Kept);
        }

        Run.Rows.End();
    }

    private static void WriteValue(Utf8JsonWriter row, EventHeaderValue value)
    {
        if (value.TryGetBoolean(out bool boolean))
        {
            row.WriteBoolean("value"u8, boolean);
        }
        else if (value.TryGetInteger(out long number))
        {
            row.WriteNumber("value"u8, number);
        }
        else if (value.TryGetBytes(out ReadOnlyMemory<byte> bytes))
        {
            row.WriteBase64String("value"u8, bytes.Span);
        }
        else
        {
            row.WriteString("value"u8, value.ToString());
        }
    }

    private bool IsText()
    {
        OwnedEventHeader? type = Array.Find(_headers, h => h.Name == ":content-type");
        string media = type is not null && type.Value.TryGetString(out string text) ? text.Split(';')[0].Trim() : "";
        return media.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || media.EndsWith("json", StringComparison.OrdinalIgnoreCase);
    }

    private void PrintView(scoped in EventMessagePart part)
    {
        HumanView view = Run.View;
        view.Element(part.Offset, $"message, {HumanView.Count(part.PayloadLength)}");
        foreach (OwnedEventHeader header in _headers)
        {
            string value = header.Value.TryGetString(out string text) ? SafeText.Quote(text) : header.Value.ToString();
            string when = header.Value.TryGetTimestamp(out DateTimeOffset time) ? $" ({time:yyyy-MM-dd HH:mm:ss.fff}Z)" : "";
            view.Field(SafeText.Of(header.Name), $"{value}{when}, {AwsHeaderNames.Of(header.Value.Type)}");
        }

        view.Payload(_payload.Kept, part.PayloadLength);
    }

    protected override void Fail()
    {
        string? raise = _decoder.Error switch
        {
            EventMessageProtocolError.PayloadTooLarge or EventMessageProtocolError.HeadersTooLarge => "--max-element",
            EventMessageProtocolError.TooManyHeaders => "--max-headers",
            _ => null,
        };
        Run.Fail(_decoder.Error, _decoder.Error.GetRule(), _decoder.ErrorOffset, raise: raise);
    }
}
