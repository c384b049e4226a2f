using System.Buffers;
using System.Buffers.Text;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.Ndjson;

namespace WireProtocols.JsonRpc;

/// <summary>
/// Writes messages of JSON-RPC behind header fields or on lines, to a <see cref="System.IO.Pipelines.PipeWriter"/> or any
/// <see cref="IBufferWriter{T}"/>. Whatever is passed, the bytes parse back to that message, or the call throws before a byte is written. Nothing is
/// flushed.
/// </summary>
public sealed class JsonRpcWriter : IDisposable
{
    private const int MaxLengthDigits = 10;

    private readonly IBufferWriter<byte> _output;
    private readonly JsonRpcWriterOptions _options;
    private readonly NdjsonWriter? _lines;
    private readonly NdjsonWriter? _content;
    private readonly ArrayBufferWriter<byte> _serialized = new();
    private JsonSyntax? _syntax;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="options">How to write; <see cref="JsonRpcWriterOptions.Default"/> when null.</param>
    public JsonRpcWriter(IBufferWriter<byte> output, JsonRpcWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _options = options ?? JsonRpcWriterOptions.Default;
        NdjsonWriterOptions records = new() { ValidateRaw = _options.Validate, MaxDepth = _options.MaxDepth };
        _lines = _options.Framing == JsonRpcFraming.Lines ? new NdjsonWriter(output, records) : null;
        _content = _options.Framing == JsonRpcFraming.Lines ? null : new NdjsonWriter(_serialized, records);
    }

    /// <summary>Writes a message that is JSON already.</summary>
    /// <param name="json">One JSON text in UTF-8; on lines, without line breaks.</param>
    /// <exception cref="ArgumentException">It would not be read as one message; nothing was written.</exception>
    public void Write(ReadOnlySpan<byte> json)
    {
        if (_lines is not null)
        {
            _lines.WriteRaw(json);
            return;
        }

        if (_options.Validate)
        {
            NdjsonProtocolError error = JsonText.CheckText(json, _syntax ??= new JsonSyntax(_options.MaxDepth), out int index);
            if (error != NdjsonProtocolError.None)
            {
                JsonRpcProtocolError broken = JsonRpcContent.Map(error);
                throw new ArgumentException($"{broken.GetRule().Text} ({broken.GetRule().Section}; byte {index}).", nameof(json));
            }
        }

        WriteBehindHeader(json);
    }

    /// <summary>Writes a value as a message.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How it is written; source-generated metadata needs no reflection.</param>
    /// <exception cref="ArgumentException">A converter wrote a line break; nothing was written.</exception>
    public void Write<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        if (_lines is not null)
        {
            _lines.Write(value, typeInfo);
            return;
        }

        _serialized.ResetWrittenCount();
        _content!.Write(value, typeInfo);
        WriteBehindHeader(_serialized.WrittenSpan[..^1]);
    }

    /// <summary>Gives pooled memory back.</summary>
    public void Dispose()
    {
        _lines?.Dispose();
        _content?.Dispose();
    }

    /// <summary>"Content-Length: The length of the content part in bytes. This header is required." The type is the default.</summary>
    private void WriteBehindHeader(ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        ReadOnlySpan<byte> end = "\r\n\r\n"u8;
        Span<byte> header = stackalloc byte[name.Length + MaxLengthDigits + end.Length];
        name.CopyTo(header);
        Utf8Formatter.TryFormat(json.Length, header[name.Length..], out int digits);
        end.CopyTo(header[(name.Length + digits)..]);
        int length = name.Length + digits + end.Length;
        Span<byte> destination = _output.GetSpan(checked(length + json.Length));
        header[..length].CopyTo(destination);
        json.CopyTo(destination[length..]);
        _output.Advance(length + json.Length);
    }
}
