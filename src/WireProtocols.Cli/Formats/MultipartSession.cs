using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.Multipart;

namespace WireProtocols.Cli.Formats;

/// <summary>Shows parts, each when the boundary behind it is there.</summary>
internal sealed class MultipartSession(FormatRun run, MultipartBoundary boundary, MultipartOptions options)
    : ElementSession<MultipartSectionPart>(run)
{
    private readonly MultipartDecoder _decoder = new(boundary, options);
    private readonly PayloadCollector _body = run.CreateCollector();
    private OwnedMultipartField[] _fields = [];
    private long _parts;

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out MultipartSectionPart element)
        => _decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput() => _decoder.Complete();

    protected override void PrintEnd()
    {
        if (!Run.Json)
        {
            Run.View.Element(
                _decoder.Position, string.Create(CultureInfo.InvariantCulture, $"end, {_parts} part{(_parts == 1 ? "" : "s")}"));
            return;
        }

        Utf8JsonWriter row = Run.Rows.Begin("end"u8);
        row.WriteNumber("parts"u8, _parts);
        Run.Rows.End();
    }

    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        base.Dispose(disposing);
    }

    protected override bool Accept(scoped in MultipartSectionPart part)
    {
        if (part.IsFirst)
        {
            _fields = part.Fields.ToArray();
            _body.Clear();
        }

        _body.Append(part.Body);
        if (part.IsLast)
        {
            _parts++;
            Print(part.Offset);
        }

        return true;
    }

    private void Print(long offset)
    {
        if (Run.Json)
        {
            PrintRow(offset);
        }
        else
        {
            PrintView(offset);
        }
    }

    private void PrintRow(long offset)
    {
        Utf8JsonWriter row = Run.Rows.Begin("part"u8);
        Run.Rows.WriteOffset(offset);
        row.WriteStartArray("fields"u8);
        foreach (OwnedMultipartField field in _fields)
        {
            row.WriteStartObject();
            row.WriteString("name"u8, field.Name);
            row.WriteString("value"u8, field.Value);
            row.WriteEndObject();
        }

        row.WriteEndArray();
        row.WriteNumber("length"u8, _body.Length);
        Run.Rows.WritePayload(_body.Kept);
        Run.Rows.End();
    }

    private void PrintView(long offset)
    {
        HumanView view = Run.View;
        view.Element(offset, $"part, {HumanView.Count(_body.Length)}");
        foreach (OwnedMultipartField field in _fields)
        {
            view.Field(SafeText.Of(field.Name), SafeText.Quote(field.Value));
        }

        view.Payload(_body.Kept, _body.Length, "body");
    }

    protected override void Fail()
    {
        bool isLimit = _decoder.Error is MultipartProtocolError.PartTooLarge or MultipartProtocolError.HeadTooLarge;
        Run.Fail(_decoder.Error, _decoder.Error.GetRule(), _decoder.ErrorOffset, raise: isLimit ? "--max-element" : null);
    }
}
