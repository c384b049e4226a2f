using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.Ndjson;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows records.</summary>
internal sealed class NdjsonSession(FormatRun run, NdjsonDecoder decoder) : FormatSession(run)
{
    private long _records;

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(bytes, out int consumed, out NdjsonRecord record);
            bytes = bytes[consumed..];
            switch (status)
            {
                case OperationStatus.Done:
                    Print(record);
                    break;

                case OperationStatus.InvalidData:
                    Fail(decoder.Error, decoder.ErrorOffset, decoder.Number);
                    return false;

                default:
                    return true;
            }
        }
    }

    public override void Complete()
    {
        if (decoder.TryDecodeLast(out NdjsonRecord last))
        {
            Print(last);
        }

        if (decoder.Complete() == OperationStatus.InvalidData)
        {
            Fail(decoder.Error, decoder.ErrorOffset, decoder.Number);
            return;
        }

        PrintEnd();
    }

    protected override void Dispose(bool disposing)
    {
        decoder.Dispose();
        base.Dispose(disposing);
    }

    private void Print(scoped in NdjsonRecord record)
    {
        if (!record.IsValid)
        {
            Fail(record.Error, record.ErrorOffset, record.Number);
            return;
        }

        _records++;
        if (Run.Json)
        {
            Utf8JsonWriter row = Run.Rows.Begin("record"u8);
            row.WriteNumber("line"u8, record.Number);
            Run.Rows.WriteOffset(record.Offset);
            row.WriteNumber("length"u8, record.Data.Length);
            Run.Rows.WritePayload(record.Data, isText: true);
            Run.Rows.End();
            return;
        }

        Run.View.Element(
            record.Offset, string.Create(CultureInfo.InvariantCulture, $"record {record.Number}, {HumanView.Count(record.Data.Length)}"));
        ReadOnlySpan<byte> shown = record.Data[..Math.Min(record.Data.Length, Run.View.MaxPayload)];
        Run.View.Field("text", SafeText.Quote(shown) + (shown.Length < record.Data.Length ? " … (--max-payload shows more)" : ""));
    }

    private void PrintEnd()
    {
        if (Run.Json)
        {
            Utf8JsonWriter row = Run.Rows.Begin("end"u8);
            row.WriteNumber("records"u8, _records);
            Run.Rows.End();
            return;
        }

        Run.View.Element(decoder.Position, string.Create(CultureInfo.InvariantCulture, $"end, {_records} record{(_records == 1 ? "" : "s")}"));
    }

    private void Fail(NdjsonProtocolError error, long offset, long number)
    {
        string? raise = error switch
        {
            NdjsonProtocolError.RecordTooLong => "--max-record",
            NdjsonProtocolError.NestingTooDeep => "--max-depth",
            _ => null,
        };
        Run.Fail(error, error.GetRule(), offset, row => row.WriteNumber("line"u8, number), raise);
    }
}
