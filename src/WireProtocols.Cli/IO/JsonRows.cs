using System.Text.Encodings.Web;
using System.Text.Json;

namespace WireProtocols.Cli.IO;

/// <summary>Rows of JSON, one object a line.</summary>
internal sealed class JsonRows(OutputBuffer output) : IDisposable
{
    private readonly Utf8JsonWriter _writer = new(
        output,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Starts a row; the caller adds its properties and calls <see cref="End"/>.</summary>
    /// <param name="kind">What the row is, for instance <c>frame</c>.</param>
    public Utf8JsonWriter Begin(ReadOnlySpan<byte> kind)
    {
        _writer.WriteStartObject();
        _writer.WriteString("kind"u8, kind);
        return _writer;
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
