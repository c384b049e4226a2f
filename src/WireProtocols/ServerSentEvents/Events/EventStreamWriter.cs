using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Writes an event stream to a pipe, or to any buffer. Whatever is passed as a field parses back to that field, or the call throws
/// <see cref="ArgumentException"/> before a byte is written (<see cref="EventStreamEncoder"/>). The synchronous methods only buffer; the
/// asynchronous ones flush as the options say, and are the only ones while a heartbeat runs. One writer at a time.
/// </summary>
public sealed partial class EventStreamWriter : IAsyncDisposable
{
    private const int FirstJsonBlock = 1024;

    private readonly IBufferWriter<byte> _output;
    private readonly PipeWriter? _pipe;
    private readonly bool _ownsPipe;
    private readonly EventStreamWriterOptions _options;
    private readonly EventStreamHeartbeat? _heartbeat;
    private RecordOutput? _json;

    /// <param name="output">Where the bytes go; there is nothing to flush.</param>
    public EventStreamWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _options = EventStreamWriterOptions.Default;
        _output = output;
        _pipe = output as PipeWriter;
    }

    /// <param name="output">Where the bytes go. The writer does not complete it: whoever made it does.</param>
    /// <param name="options">How to flush; <see cref="EventStreamWriterOptions.Default"/> when null.</param>
    public EventStreamWriter(PipeWriter output, EventStreamWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _options = options ?? EventStreamWriterOptions.Default;
        _output = output;
        _pipe = output;
        if (_options.HeartbeatInterval != Timeout.InfiniteTimeSpan)
        {
            _heartbeat = new EventStreamHeartbeat(output, _options);
        }
    }

    /// <param name="stream">Where the bytes go, one write and one flush of the stream for each flush. It is left open; a write that fails or is
    /// cancelled midway leaves a writer that throws <see cref="InvalidOperationException"/>.</param>
    /// <param name="options">How to flush; <see cref="EventStreamWriterOptions.Default"/> when null.</param>
    public EventStreamWriter(Stream stream, EventStreamWriterOptions? options = null)
        : this(new StreamOutput(stream ?? throw new ArgumentNullException(nameof(stream))), options)
        => _ownsPipe = true;

    /// <inheritdoc cref="EventStreamEncoder.WriteEvent(IBufferWriter{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void WriteEvent(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type = default, ReadOnlySpan<byte> id = default)
        => EventStreamEncoder.WriteEvent(Output(), data, type, id);

    /// <inheritdoc cref="EventStreamEncoder.WriteEvent(IBufferWriter{byte}, ReadOnlySpan{char}, string?, string?)"/>
    public void WriteEvent(ReadOnlySpan<char> data, string? type = null, string? id = null)
        => EventStreamEncoder.WriteEvent(Output(), data, type, id);

    /// <summary>Writes an event whose data are a value as JSON, straight into the output's memory.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How it becomes JSON. It is never indented, and a raw line end that a converter writes becomes a space.</param>
    /// <param name="type">The type; null or empty for none, which is <c>message</c>.</param>
    /// <param name="id">The ID; null or empty for none.</param>
    /// <exception cref="ArgumentException">The type or the ID holds a line end, or the ID NUL. Whatever the serializer throws comes through, and
    /// nothing is written then.</exception>
    public void WriteJson<T>(T value, JsonTypeInfo<T> typeInfo, string? type = null, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        WriteJson(Output(), value, typeInfo, type, id);
    }

    /// <inheritdoc cref="EventStreamEncoder.WriteComment(IBufferWriter{byte}, ReadOnlySpan{char})"/>
    public void WriteComment(ReadOnlySpan<char> text) => EventStreamEncoder.WriteComment(Output(), text);

    /// <inheritdoc cref="EventStreamEncoder.WriteRetry(IBufferWriter{byte}, TimeSpan)"/>
    public void WriteRetry(TimeSpan time) => EventStreamEncoder.WriteRetry(Output(), time);

    /// <summary>Writes an empty ID: a client that connects again will not send a <c>Last-Event-ID</c>.</summary>
    public void WriteIdReset() => EventStreamEncoder.WriteIdReset(Output());

    /// <summary>Stops the heartbeat and gives scratch back. What was not flushed stays in the pipe.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_heartbeat is not null)
        {
            await _heartbeat.DisposeAsync().ConfigureAwait(false);
        }

        _json?.Dispose();
        if (_ownsPipe)
        {
            await _pipe!.CompleteAsync().ConfigureAwait(false);
        }
    }

    private IBufferWriter<byte> Output()
        => _heartbeat is null ? _output : throw new InvalidOperationException("While a heartbeat runs, writes have to be asynchronous.");

    private void WriteJson<T>(IBufferWriter<byte> output, T value, JsonTypeInfo<T> typeInfo, string? type, string? id)
    {
        const int Stack = 512;
        int most = ((type?.Length ?? 0) + (id?.Length ?? 0)) * 3;
        Span<byte> scratch = most <= Stack ? stackalloc byte[Stack] : new byte[most];
        ReadOnlySpan<byte> typeBytes = EventStreamEncoder.Transcode(type, ref scratch, nameof(type));
        ReadOnlySpan<byte> idBytes = EventStreamEncoder.Transcode(id, ref scratch, nameof(id));
        EventStreamEncoder.CheckField(typeBytes, nameof(type));
        EventStreamEncoder.CheckId(idBytes, nameof(id));
        WriteJson(output, value, typeInfo, typeBytes, idBytes);
    }

    private void WriteJson<T>(IBufferWriter<byte> output, T value, JsonTypeInfo<T> typeInfo, ReadOnlySpan<byte> type, ReadOnlySpan<byte> id)
    {
        RecordOutput record = _json ??= new RecordOutput();
        record.Begin(output, FirstJsonBlock + type.Length + id.Length);
        try
        {
            record.Advance(EventStreamEncoder.PutHead(record.GetSpan(), type, id));
            record.Append("data: "u8);
            int start = record.Written.Length;
            record.AppendJson(value, typeInfo);

            // A raw line end can only be white space in JSON: as a space, it does not end the line.
            Span<byte> json = record.Written[start..];
            if (json.ContainsAny((byte)'\r', (byte)'\n'))
            {
                json.Replace((byte)'\r', (byte)' ');
                json.Replace((byte)'\n', (byte)' ');
            }

            record.Append("\n\n"u8);
            record.Commit();
        }
        finally
        {
            record.Discard();
        }
    }
}
