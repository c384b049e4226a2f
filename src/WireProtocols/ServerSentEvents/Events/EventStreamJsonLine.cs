using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// One data line that a JSON writer fills straight in the output's memory. Nothing is committed before the value is whole, so that a
/// converter that throws leaves no trace; a value that outgrows the output's current block goes on in pooled memory. A raw line end can only
/// be white space in JSON: it becomes a space, and so cannot end the line.
/// </summary>
internal sealed class EventStreamJsonLine : IBufferWriter<byte>, IDisposable
{
    private const int FirstBlock = 1024;

    private Utf8JsonWriter? _writer;
    private JsonSerializerOptions? _writerOptions;
    private Memory<byte> _block;
    private byte[]? _rented;
    private int _length;

    public void Write<T>(IBufferWriter<byte> output, T value, JsonTypeInfo<T> typeInfo, ReadOnlySpan<byte> type, ReadOnlySpan<byte> id)
    {
        _length = 0;
        try
        {
            _block = output.GetMemory(FirstBlock + type.Length + id.Length);
            _length = EventStreamEncoder.PutHead(_block.Span, type, id);
            "data: "u8.CopyTo(_block.Span[_length..]);
            _length += 6;
            Utf8JsonWriter writer = WriterFor(typeInfo.Options);
            JsonSerializer.Serialize(writer, value, typeInfo);
            writer.Flush();
            Commit(output);
        }
        finally
        {
            End();
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        sizeHint = Math.Max(1, sizeHint);
        if (_block.Length - _length < sizeHint)
        {
            Grow(sizeHint);
        }

        return _block[_length..];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        Span<byte> written = _block.Span.Slice(_length, count);
        if (written.ContainsAny((byte)'\r', (byte)'\n'))
        {
            written.Replace((byte)'\r', (byte)' ');
            written.Replace((byte)'\n', (byte)' ');
        }

        _length += count;
    }

    public void Dispose()
    {
        End();
        _writer?.Dispose();
    }

    private void Commit(IBufferWriter<byte> output)
    {
        "\n\n"u8.CopyTo(GetSpan(2));
        _length += 2;
        if (_rented is null)
        {
            output.Advance(_length);
        }
        else
        {
            output.Write(_rented.AsSpan(0, _length));
        }
    }

    private void Grow(int sizeHint)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)_length + sizeHint, 2L * _block.Length)));
        _block.Span[.._length].CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }

        _rented = larger;
        _block = larger;
    }

    private void End()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }

        _block = default;
        _writer?.Reset();
    }

    /// <summary>The writer, kept from one value to the next. The serializer's options say how text is escaped; a line is never indented.</summary>
    private Utf8JsonWriter WriterFor(JsonSerializerOptions options)
    {
        if (_writer is null || !ReferenceEquals(_writerOptions, options))
        {
            _writer?.Dispose();
            _writerOptions = options;
            _writer = new Utf8JsonWriter(this, new JsonWriterOptions { Encoder = options.Encoder, MaxDepth = options.MaxDepth });
        }

        return _writer;
    }
}
