using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.View;

/// <summary>Shows the elements of an event stream, as rows or for a person.</summary>
internal sealed class EventStreamPrinter(bool json, JsonRows rows, HumanView view)
{
    public void Print(scoped in EventStreamElement element)
    {
        if (json)
        {
            PrintRow(element);
        }
        else
        {
            PrintView(element);
        }
    }

    public void PrintEnd(ReadOnlySpan<byte> lastEventId, long length, bool unfinished)
    {
        if (json)
        {
            Utf8JsonWriter row = rows.Begin("end"u8);
            row.WriteString("lastEventId"u8, lastEventId);
            row.WriteNumber("length"u8, length);
            rows.End();
            return;
        }

        view.Element(length, "end of the stream");
        view.Field("last event ID", SafeText.Quote(lastEventId));
        if (unfinished)
        {
            view.Remark("the event under way lacks its blank line and is discarded");
        }
    }

    private void PrintRow(scoped in EventStreamElement element)
    {
        switch (element.Kind)
        {
            case EventStreamElementKind.Event:
                Utf8JsonWriter row = rows.Begin("event"u8);
                row.WriteString("type"u8, element.Type);
                row.WriteString("data"u8, element.Data);
                row.WriteString("lastEventId"u8, element.LastEventId);
                rows.End();
                break;
            case EventStreamElementKind.Comment:
                rows.Begin("comment"u8).WriteString("text"u8, element.Data);
                rows.End();
                break;
            case EventStreamElementKind.Retry:
                rows.Begin("retry"u8).WriteNumber("milliseconds"u8, element.RetryMilliseconds);
                rows.End();
                break;
        }
    }

    private void PrintView(scoped in EventStreamElement element)
    {
        switch (element.Kind)
        {
            case EventStreamElementKind.Event:
                view.Element(element.Offset, $"event {SafeText.Quote(element.Type)}, {HumanView.Count(element.Data.Length)}");
                if (!element.LastEventId.IsEmpty)
                {
                    view.Field("last event ID", SafeText.Quote(element.LastEventId));
                }

                PrintData(element.Data);
                break;
            case EventStreamElementKind.Comment:
                view.Element(element.Offset, $"comment {SafeText.Quote(element.Data)}");
                break;
            case EventStreamElementKind.Retry:
                view.Element(element.Offset, string.Create(CultureInfo.InvariantCulture, $"reconnection time, {element.RetryMilliseconds} ms"));
                break;
        }
    }

    /// <summary>Text is shown as text, line by line, as much of it as a preview may have.</summary>
    private void PrintData(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> shown = data[..Math.Min(data.Length, Preview(data))];
        foreach (Range line in shown.Split((byte)'\n'))
        {
            view.Field("data", SafeText.Quote(shown[line]));
        }

        if (shown.Length < data.Length)
        {
            view.Remark($"… {HumanView.Count(data.Length - shown.Length)} more (--max-payload shows more)");
        }
    }

    /// <summary>As many bytes as the preview may have, not ending inside a character.</summary>
    private int Preview(ReadOnlySpan<byte> data)
    {
        int length = view.MaxPayload;
        while (length > 0 && length < data.Length && (data[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
