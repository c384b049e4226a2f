using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.Ndjson;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows records.</summary>
internal sealed class NdjsonSession(FormatRun run, NdjsonDecoder decoder) : ElementSession<NdjsonRecord>(run)
{
    private long _records;

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out NdjsonRecord element)
        => decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput()
    {
        if (decoder.TryDecodeLast(out NdjsonRecord last))
        {
            Print(last);
        }

        return decoder.Complete();
    }

    protected override bool Accept(scoped in NdjsonRecord record)
    {
        Print(record);
        return true;
    }

    protected override void Fail() => Fail(decoder.Error, decoder.ErrorOffset, decoder.Number);

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
        Run.Counter?.Invoke();
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

    protected override void PrintEnd()
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
