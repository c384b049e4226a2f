using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.Buffers;

/// <summary>
/// Memory for one record that an output sees whole or never: lent by the output where the record fits into what that has at hand, and pooled
/// otherwise. Nothing is committed before <see cref="Commit"/>, so that a converter that throws leaves no trace.
/// </summary>
/// <remarks>One record at a time: <see cref="Begin"/>, writes, then <see cref="Commit"/> or <see cref="Discard"/>.</remarks>
internal sealed class RecordOutput : IBufferWriter<byte>, IDisposable
{
    private const int FirstBlock = 1024;

    private IBufferWriter<byte>? _output;
    private Memory<byte> _memory;
    private byte[]? _rented;
    private int _length;
    private Utf8JsonWriter? _json;
    private JsonSerializerOptions? _jsonOptions;

    /// <summary>What the record holds so far, to be looked at or changed in place.</summary>
    public Span<byte> Written => _memory.Span[.._length];

    /// <summary>Begins a record.</summary>
    /// <param name="output">Who gets it.</param>
    /// <param name="sizeHint">How many bytes it has at least, where that is known.</param>
    public void Begin(IBufferWriter<byte> output, int sizeHint = FirstBlock)
    {
        _output = output;
        _memory = output.GetMemory(sizeHint);
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_memory.Length - _length < Math.Max(1, sizeHint))
        {
            Grow(Math.Max(1, sizeHint));
        }

        return _memory[_length..];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Append(byte value)
    {
        GetSpan(1)[0] = value;
        _length++;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Appends a value as JSON. The serializer's options say how text is escaped; a record is never indented.</summary>
    /// <exception cref="JsonException">Whatever the serializer throws comes through.</exception>
    public void AppendJson<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        Utf8JsonWriter json = WriterFor(typeInfo.Options);
        try
        {
            JsonSerializer.Serialize(json, value, typeInfo);
        }
        finally
        {
            json.Reset();
        }
    }

    /// <summary>Hands the record to the output.</summary>
    /// <returns>How many bytes it has.</returns>
    public int Commit()
    {
        int length = _length;
        if (_rented is null)
        {
            _output!.Advance(length);
        }
        else
        {
            _output!.Write(Written);
        }

        Discard();
        return length;
    }

    /// <summary>Forgets the record.</summary>
    public void Discard()
    {
        _output = null;
        _memory = default;
        _length = 0;
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }

    public void Dispose()
    {
        Discard();
        _json?.Dispose();
        _json = null;
    }

    private void Grow(int sizeHint)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + sizeHint), (int)Math.Min(2L * _memory.Length, Array.MaxLength)));
        Written.CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }

        _memory = _rented = larger;
    }

    /// <summary>The writer, kept from one value to the next.</summary>
    private Utf8JsonWriter WriterFor(JsonSerializerOptions options)
    {
        if (_json is null || !ReferenceEquals(_jsonOptions, options))
        {
            _json?.Dispose();
            _json = new Utf8JsonWriter(this, new JsonWriterOptions { Encoder = options.Encoder, MaxDepth = options.MaxDepth });
            _jsonOptions = options;
        }

        return _json;
    }
}
