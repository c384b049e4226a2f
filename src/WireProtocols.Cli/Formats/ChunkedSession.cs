using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WireProtocols.Cli.View;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Formats;

/// <summary>Takes bytes of a body on.</summary>
internal delegate void BodyBytes(ReadOnlySpan<byte> bytes);

/// <summary>Shows chunks, their data, trailers and the end.</summary>
internal sealed class ChunkedSession(FormatRun run, ChunkedDecoder decoder) : ElementSession<ChunkedElement>(run)
{
    /// <summary>Rows of data are cut here, counted from the start of their chunk, so that the cuts do not show how the input was read.</summary>
    private const int RowLength = 48 * 1024;

    private readonly byte[] _data = new byte[run.Json ? RowLength : run.View.MaxPayload];
    private int _kept;
    private long _dataLength;

    /// <summary>Takes the data instead of the rows and the view; null where they show it.</summary>
    public BodyBytes? Content { get; set; }

    /// <summary>Called before the end of the body is shown.</summary>
    public Action? BeforeEnd { get; set; }

    /// <summary>Whether the body has ended.</summary>
    public bool IsComplete => decoder.IsCompleted;

    /// <summary>How many bytes of the input belong to the body so far.</summary>
    public long Position => decoder.Position;

    protected override OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, out ChunkedElement element)
        => decoder.Decode(source, out consumed, out element);

    protected override OperationStatus CompleteInput() => decoder.Complete();

    protected override bool Accept(scoped in ChunkedElement element)
    {
        if (element.Kind == ChunkedElementKind.End)
        {
            BeforeEnd?.Invoke();
            PrintEnd(element);
            return false;
        }

        Print(element);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        decoder.Dispose();
        base.Dispose(disposing);
    }

    private void Print(scoped in ChunkedElement element)
    {
        switch (element.Kind)
        {
            case ChunkedElementKind.Chunk:
                PrintChunk(element);
                AddData(element);
                break;

            case ChunkedElementKind.Data:
                AddData(element);
                break;

            default:
                PrintTrailer(element);
                break;
        }
    }

    private void PrintChunk(scoped in ChunkedElement chunk)
    {
        if (Run.Json)
        {
            Utf8JsonWriter row = Run.Rows.Begin("chunk"u8);
            Run.Rows.WriteOffset(chunk.Offset);
            row.WriteNumber("size"u8, chunk.Size);
            row.WriteString("extensions"u8, chunk.Extensions.ToString());
            Run.Rows.End();
            return;
        }

        Run.View.Element(chunk.Offset, chunk.Size == 0 ? "last chunk" : $"chunk, {HumanView.Count(chunk.Size)}");
        foreach (ChunkExtension extension in chunk.Extensions)
        {
            string name = Encoding.Latin1.GetString(extension.Name);
            Run.View.Field("extension", extension.GetValue() is { } value ? $"{name} = {SafeText.Quote(value)}" : name);
        }
    }

    private void AddData(scoped in ChunkedElement element)
    {
        ReadOnlySpan<byte> data = element.Data;
        if (Content is not null)
        {
            Content(data);
            return;
        }

        while (!data.IsEmpty && Run.Json)
        {
            int count = Math.Min(data.Length, RowLength - _kept);
            data[..count].CopyTo(_data.AsSpan(_kept));
            _kept += count;
            data = data[count..];
            if (_kept == RowLength)
            {
                PrintData();
            }
        }

        // A person sees the first bytes of a chunk; the rest is counted.
        int first = Math.Min(data.Length, _data.Length - _kept);
        data[..first].CopyTo(_data.AsSpan(_kept));
        _kept += first;
        _dataLength += data.Length;
        if (element.Remaining == 0)
        {
            PrintData();
        }
    }

    private void PrintData()
    {
        if (Run.Json && _kept > 0)
        {
            Utf8JsonWriter row = Run.Rows.Begin("data"u8);
            Run.Rows.WritePayload(_data.AsSpan(0, _kept));
            Run.Rows.End();
        }
        else if (_dataLength > 0)
        {
            Run.View.Payload(_data.AsSpan(0, _kept), _dataLength);
        }

        _kept = 0;
        _dataLength = 0;
    }

    private void PrintTrailer(scoped in ChunkedElement trailer)
    {
        string name = Encoding.Latin1.GetString(trailer.Name);
        string value = Encoding.Latin1.GetString(trailer.Value);
        if (Run.Json)
        {
            Utf8JsonWriter row = Run.Rows.Begin("trailer"u8);
            row.WriteString("name"u8, name);
            row.WriteString("value"u8, value);
            row.WriteBoolean("forbidden"u8, trailer.IsForbidden);
            Run.Rows.End();
            return;
        }

        Run.View.Element(trailer.Offset, "trailer");
        Run.View.Field(name, SafeText.Quote(value));
        if (trailer.IsForbidden)
        {
            Run.View.Field("forbidden", "this field must not be sent as a trailer (RFC 9110 §6.5.1)");
        }
    }

    private void PrintEnd(scoped in ChunkedElement end)
    {
        if (Run.Json)
        {
            Utf8JsonWriter row = Run.Rows.Begin("end"u8);
            row.WriteNumber("consumed"u8, end.Offset);
            row.WriteNumber("bodyLength"u8, end.Size);
            Run.Rows.End();
            return;
        }

        string consumed = string.Create(CultureInfo.InvariantCulture, $"{HumanView.Count(end.Offset)} consumed");
        Run.View.Element(end.Offset, $"end of the body: {HumanView.Count(end.Size)} of payload, {consumed}");
    }

    protected override void Fail()
    {
        PrintData();
        Run.Fail(decoder.Error, decoder.Error.GetRule(), decoder.ErrorOffset, raise: RaiseOption(decoder.Error));
    }

    /// <summary>The option that raises a limit that was hit.</summary>
    private static string? RaiseOption(ChunkedProtocolError error) => error switch
    {
        ChunkedProtocolError.LineTooLong => "--max-line",
        ChunkedProtocolError.ExtensionsTooLong => "--max-extensions",
        ChunkedProtocolError.TooManyTrailers => "--max-trailers",
        ChunkedProtocolError.TrailersTooLong => "--max-trailer-bytes",
        _ => null,
    };
}
