using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace WireProtocols.Cli.IO;

/// <summary>Rows of JSON, one object a line.</summary>
internal sealed class JsonRows(OutputBuffer output, RowLabel? label = null, long start = 0) : IDisposable
{
    /// <summary>Control characters that no text has: all but tab, line feed and carriage return.</summary>
    private static readonly SearchValues<byte> NoText = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c is not ('\t' or '\n' or '\r')).Select(c => (byte)c), 0x7F]);

    private readonly RowLabel _label = label ?? RowLabel.None;

    private readonly Utf8JsonWriter _writer = new(
        output,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Starts a row; the caller adds its properties and calls <see cref="End"/>.</summary>
    /// <param name="kind">What the row is, for instance <c>frame</c>.</param>
    public Utf8JsonWriter Begin(ReadOnlySpan<byte> kind)
    {
        _writer.WriteStartObject();
        _writer.WriteString("kind"u8, kind);
        _label.WriteTo(_writer);
        return _writer;
    }

    /// <summary>Adds where the element begins, in bytes from the start of the input.</summary>
    /// <param name="offset">Where it begins in what its decoder was given, which may be a part of the input.</param>
    public void WriteOffset(long offset) => _writer.WriteNumber("offset"u8, start + offset);

    /// <summary>Adds bytes as base64, and beside them as text where they are text.</summary>
    public void WritePayload(ReadOnlySpan<byte> payload, bool isText = false)
    {
        _writer.WriteBase64String("payload"u8, payload);
        if ((isText || (!payload.IsEmpty && payload.IndexOfAny(NoText) < 0)) && Utf8.IsValid(payload))
        {
            _writer.WriteString("text"u8, payload);
        }
    }

    public void End()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        output.Write("\n"u8);
        output.EndElement();
    }

    public void Dispose() => _writer.Dispose();
}
