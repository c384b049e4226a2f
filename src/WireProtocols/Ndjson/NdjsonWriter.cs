using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>
/// Writes records as NDJSON (ndjson-spec 1.0) or as a JSON text sequence (RFC 7464), one record a line whatever it holds. What fails to be
/// written leaves no trace in the output.
/// </summary>
/// <remarks>
/// "Each JSON text […] MUST be written to the stream followed by the newline character \n (0x0A). […] The JSON texts MUST NOT contain
/// newlines or carriage returns" (ndjson-spec §3.1). The pipe is not completed.
/// </remarks>
public sealed class NdjsonWriter : IDisposable
{
    private const byte Separator = 0x1E;

    private readonly IBufferWriter<byte> _output;
    private readonly PipeWriter? _pipe;
    private readonly NdjsonWriterOptions _options;
    private readonly RecordOutput _record = new();
    private JsonSyntax? _syntax;
    private long _unflushed;

    /// <summary>Creates a writer into a pipe.</summary>
    /// <param name="output">The pipe.</param>
    /// <param name="options">How to write; <see cref="NdjsonWriterOptions.Default"/> when null.</param>
    public NdjsonWriter(PipeWriter output, NdjsonWriterOptions? options = null)
        : this((IBufferWriter<byte>)output, options) => _pipe = output;

    /// <summary>Creates a writer into a buffer. Flushing does nothing then.</summary>
    /// <param name="output">Where the records go.</param>
    /// <param name="options">How to write; <see cref="NdjsonWriterOptions.Default"/> when null.</param>
    public NdjsonWriter(IBufferWriter<byte> output, NdjsonWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _options = options ?? NdjsonWriterOptions.Default;
    }

    /// <summary>Writes a value as one record, without flushing.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How it is written; source-generated metadata needs no reflection. Indentation is ignored.</param>
    /// <exception cref="ArgumentException">A converter wrote a line break; nothing was written.</exception>
    public void Write<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        Begin();
        try
        {
            _record.AppendJson(value, typeInfo);
            ThrowIfBroken(_record.Written[HeadLength..], nameof(value));
            End();
        }
        finally
        {
            _record.Discard();
        }
    }

    /// <summary>Writes a record that is JSON already, without flushing.</summary>
    /// <param name="json">One JSON text in UTF-8, without line breaks.</param>
    /// <exception cref="ArgumentException">It would not be read as one record; nothing was written.</exception>
    public void WriteRaw(ReadOnlySpan<byte> json)
    {
        ThrowIfBroken(json, nameof(json));
        if (json.IndexOfAnyExcept(JsonText.Whitespace) < 0)
        {
            throw new ArgumentException("A record is a JSON text, not nothing.", nameof(json));
        }

        if (_options.ValidateRaw)
        {
            NdjsonProtocolError error = JsonText.CheckText(json, _syntax ??= new JsonSyntax(_options.MaxDepth), out int index);
            if (error != NdjsonProtocolError.None)
            {
                throw new ArgumentException($"{error.GetRule().Text} ({error.GetRule().Section}; byte {index}).", nameof(json));
            }
        }

        Begin();
        _record.Append(json);
        End();
    }

    /// <summary>Writes a value as one record, and flushes as <see cref="NdjsonWriterOptions.FlushThreshold"/> says.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How it is written; source-generated metadata needs no reflection. Indentation is ignored.</param>
    /// <param name="cancellationToken">Ends the wait for the flush.</param>
    /// <exception cref="ArgumentException">A converter wrote a line break; nothing was written.</exception>
    public ValueTask<FlushResult> WriteAsync<T>(T value, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
    {
        Write(value, typeInfo);
        return FlushIfDueAsync(cancellationToken);
    }

    /// <summary>Writes a record that is JSON already, and flushes as <see cref="NdjsonWriterOptions.FlushThreshold"/> says.</summary>
    /// <param name="json">One JSON text in UTF-8, without line breaks.</param>
    /// <param name="cancellationToken">Ends the wait for the flush.</param>
    /// <exception cref="ArgumentException">It would not be read as one record; nothing was written.</exception>
    public ValueTask<FlushResult> WriteRawAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken = default)
    {
        WriteRaw(json.Span);
        return FlushIfDueAsync(cancellationToken);
    }

    /// <summary>Flushes the pipe.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _unflushed = 0;
        return _pipe is null ? default : _pipe.FlushAsync(cancellationToken);
    }

    /// <summary>Gives pooled memory back. What was written stays in the pipe, flushed or not.</summary>
    public void Dispose() => _record.Dispose();

    private int HeadLength => _options.Format == NdjsonFormat.TextSequence ? 1 : 0;

    private void Begin()
    {
        _record.Begin(_output);
        if (_options.Format == NdjsonFormat.TextSequence)
        {
            _record.Append(Separator);
        }
    }

    private void End()
    {
        _record.Append((byte)'\n');
        _unflushed += _record.Commit();
    }

    private ValueTask<FlushResult> FlushIfDueAsync(CancellationToken cancellationToken)
        => _unflushed > _options.FlushThreshold ? FlushAsync(cancellationToken) : default;

    /// <summary>A record stays one record: neither what ends it nor, in a sequence, what begins the next stands in it.</summary>
    private void ThrowIfBroken(ReadOnlySpan<byte> json, string parameter)
    {
        bool broken = _options.Format == NdjsonFormat.Lines ? json.ContainsAny((byte)'\n', (byte)'\r') : json.Contains(Separator);
        if (broken)
        {
            throw new ArgumentException("A record holds no line breaks, and a text of a sequence no record separators.", parameter);
        }
    }
}
