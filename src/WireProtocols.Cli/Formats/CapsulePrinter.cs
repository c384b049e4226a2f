using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Formats;

/// <summary>A capsule as a row, or in the view for a person.</summary>
internal sealed class CapsulePrinter(FormatRun run, WebTransportDialect dialect)
{
    /// <param name="capsule">Its last piece.</param>
    /// <param name="payload">The whole value, or as much of it as is shown.</param>
    /// <param name="streamIdLength">How many of those bytes are the stream id of a WT_STREAM.</param>
    /// <param name="dropped">The value was too long to be kept.</param>
    public void Print(scoped in CapsulePart capsule, ReadOnlySpan<byte> payload, int streamIdLength, bool dropped)
    {
        if (run.Json)
        {
            PrintRow(capsule, payload, streamIdLength, dropped);
        }
        else
        {
            PrintView(capsule, payload, dropped);
        }
    }

    private void PrintRow(scoped in CapsulePart capsule, ReadOnlySpan<byte> payload, int streamIdLength, bool dropped)
    {
        Utf8JsonWriter row = run.Rows.Begin("capsule"u8);
        run.Rows.WriteOffset(capsule.Offset);
        row.WriteNumber("type"u8, capsule.Type);
        if (capsule.IsKnown)
        {
            row.WriteString("typeName"u8, CapsuleType.GetName(capsule.Type));
        }

        row.WriteNumber("length"u8, capsule.Length);
        if (!dropped)
        {
            run.Rows.WritePayload(payload);
        }

        if (capsule.IsKnown)
        {
            row.WriteStartObject("fields"u8);
            WriteFields(row, capsule, payload[Math.Min(streamIdLength, payload.Length)..]);
            row.WriteEndObject();
        }

        run.Rows.End();
    }

    private void WriteFields(Utf8JsonWriter row, scoped in CapsulePart capsule, ReadOnlySpan<byte> data)
    {
        switch (capsule.Type)
        {
            case CapsuleType.CloseSession:
                row.WriteNumber("code"u8, capsule.Code);
                row.WriteString("reason"u8, capsule.Reason);
                break;
            case CapsuleType.Stream3B or CapsuleType.Stream3C:
                row.WriteNumber("streamId"u8, capsule.StreamId);
                row.WriteBoolean("fin"u8, capsule.IsFin);
                row.WriteBase64String("data"u8, data);
                break;
            case CapsuleType.ResetStream or CapsuleType.StopSending:
                row.WriteNumber("streamId"u8, capsule.StreamId);
                row.WriteNumber("code"u8, capsule.Code);
                if (HasReliableSize(capsule))
                {
                    row.WriteNumber("reliableSize"u8, capsule.ReliableSize);
                }

                break;
            case CapsuleType.MaxStreamData or CapsuleType.StreamDataBlocked:
                row.WriteNumber("streamId"u8, capsule.StreamId);
                row.WriteNumber("maximum"u8, capsule.Maximum);
                break;
            case CapsuleType.MaxData or CapsuleType.DataBlocked or CapsuleType.MaxStreamsBidi or CapsuleType.MaxStreamsUni
                or CapsuleType.StreamsBlockedBidi or CapsuleType.StreamsBlockedUni:
                row.WriteNumber("maximum"u8, capsule.Maximum);
                break;
            default:
                break;
        }
    }

    private void PrintView(scoped in CapsulePart capsule, ReadOnlySpan<byte> payload, bool dropped)
    {
        HumanView view = run.View;
        string name = capsule.IsKnown ? CapsuleType.GetName(capsule.Type)! : "unknown";
        view.Element(capsule.Offset, $"{name} capsule, {HumanView.Count(capsule.Length)}");
        view.Field("type", string.Create(CultureInfo.InvariantCulture, $"0x{capsule.Type:x}{Describe(capsule)}"));
        switch (capsule.Type)
        {
            case CapsuleType.CloseSession when capsule.IsKnown:
                view.Field("code", string.Create(CultureInfo.InvariantCulture, $"{capsule.Code} (0x{capsule.Code:x})"));
                view.Field("reason", SafeText.Quote(Encoding.UTF8.GetString(capsule.Reason)));
                break;
            case CapsuleType.Stream3B or CapsuleType.Stream3C when capsule.IsKnown:
                Number(view, "stream", capsule.StreamId);
                view.Field("fin", capsule.IsFin ? "the end of the stream" : "more follows");
                break;
            case CapsuleType.ResetStream or CapsuleType.StopSending when capsule.IsKnown:
                Number(view, "stream", capsule.StreamId);
                Number(view, "code", capsule.Code);
                if (HasReliableSize(capsule))
                {
                    Number(view, "reliable size", capsule.ReliableSize);
                }

                break;
            case CapsuleType.MaxStreamData or CapsuleType.StreamDataBlocked when capsule.IsKnown:
                Number(view, "stream", capsule.StreamId);
                Number(view, "maximum", capsule.Maximum);
                break;
            case >= CapsuleType.MaxData and <= CapsuleType.StreamsBlockedUni when capsule.IsKnown:
                Number(view, "maximum", capsule.Maximum);
                break;
            default:
                break;
        }

        if (dropped)
        {
            view.Remark("The value is longer than --max-element.");
        }
        else
        {
            view.Payload(payload, capsule.Length, "value");
        }
    }

    private bool HasReliableSize(scoped in CapsulePart capsule) => capsule.Type == CapsuleType.ResetStream && dialect >= WebTransportDialect.Draft13;

    private static string Describe(scoped in CapsulePart capsule)
        => capsule.Type switch
        {
            CapsuleType.MaxStreamsBidi or CapsuleType.StreamsBlockedBidi when capsule.IsKnown => ", bidirectional streams",
            CapsuleType.MaxStreamsUni or CapsuleType.StreamsBlockedUni when capsule.IsKnown => ", unidirectional streams",
            _ when CapsuleType.IsReserved(capsule.Type) => ", reserved: it has no meaning",
            _ => "",
        };

    private static void Number(HumanView view, string name, long value) => view.Field(name, value.ToString(CultureInfo.InvariantCulture));
}
