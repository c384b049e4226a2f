using System.Text.Json;

namespace WireProtocols.Ndjson;

/// <summary>A record that was read as a <typeparamref name="T"/>, or why it could not be: an error a record, not an error a stream.</summary>
/// <typeparam name="T">The type that records are read as.</typeparam>
public readonly struct NdjsonResult<T>
{
    internal NdjsonResult(long number, long offset, T? value)
    {
        Number = number;
        Offset = offset;
        Value = value;
    }

    internal NdjsonResult(long number, long offset, NdjsonProtocolError error, long errorOffset, JsonException? exception)
    {
        Number = number;
        Offset = offset;
        Error = error;
        ErrorOffset = errorOffset;
        Exception = exception;
    }

    /// <summary>The number of the line, empty lines counted, or of the record of a sequence; from 1.</summary>
    public long Number { get; }

    /// <summary>The offset of the record's first byte, from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The value; the default where <see cref="IsSuccess"/> is false.</summary>
    public T? Value { get; }

    /// <summary>The rule that the record breaks.</summary>
    public NdjsonProtocolError Error { get; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; }

    /// <summary>What the serializer said, with the path into the record; null where the serializer was not asked.</summary>
    public JsonException? Exception { get; }

    /// <summary>Whether there is a value, which may be null for the JSON text <c>null</c>.</summary>
    public bool IsSuccess => Error == NdjsonProtocolError.None;

    /// <summary>The value.</summary>
    /// <exception cref="NdjsonProtocolException">The record breaks a rule.</exception>
    public T? GetValueOrThrow() => IsSuccess ? Value : throw new NdjsonProtocolException(Error, ErrorOffset, Number, Exception);
}
