using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.Ndjson;

/// <content>Records as values of a type.</content>
public sealed partial class NdjsonReader
{
    /// <summary>Takes the next record as a <typeparamref name="T"/>, if it is there. A bad record is a result like any other.</summary>
    /// <typeparam name="T">The type of the records.</typeparam>
    /// <param name="typeInfo">How they are read; source-generated metadata needs no reflection.</param>
    /// <param name="result">The value, or why there is none.</param>
    /// <returns>False when more input is needed.</returns>
    public bool TryRead<T>(JsonTypeInfo<T> typeInfo, out NdjsonResult<T> result)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        _decoder.ReadTyped();
        if (!TryRead(out NdjsonRecord record))
        {
            result = default;
            return false;
        }

        result = record.IsValid
            ? Deserialize(record, typeInfo)
            : new NdjsonResult<T>(record.Number, record.Offset, record.Error, record.ErrorOffset, null);
        return true;
    }

    /// <summary>
    /// Reads to the end of the input, each record as a <typeparamref name="T"/>: good records before and after a bad one all arrive.
    /// </summary>
    /// <typeparam name="T">The type of the records.</typeparam>
    /// <param name="typeInfo">How they are read; source-generated metadata needs no reflection.</param>
    /// <param name="cancellationToken">Ends the wait for more input.</param>
    public IAsyncEnumerable<NdjsonResult<T>> ReadAllAsync<T>(JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return new Results<T>(this, typeInfo, cancellationToken);
    }

    /// <summary>No exception is thrown for a record that is no JSON: that has been checked. One that is JSON and not of the type costs the one that
    /// the serializer throws.</summary>
    private NdjsonResult<T> Deserialize<T>(NdjsonRecord record, JsonTypeInfo<T> typeInfo)
    {
        try
        {
            return new NdjsonResult<T>(record.Number, record.Offset, JsonSerializer.Deserialize(record.Data, typeInfo));
        }
        catch (JsonException exception)
        {
            return Explain<T>(record, exception);
        }
    }

    /// <summary>Tells a record that is not of the type from one that is no JSON, which only arrives here where the options say not to look.</summary>
    private NdjsonResult<T> Explain<T>(NdjsonRecord record, JsonException exception)
    {
        NdjsonProtocolError error = JsonText.CheckText(record.Data, new JsonSyntax(_options.MaxDepth), out int index);
        if (error == NdjsonProtocolError.None)
        {
            error = NdjsonProtocolError.InvalidValue;
            index = JsonText.IndexOf(exception, record.Data);
        }

        return new NdjsonResult<T>(record.Number, record.Offset, error, record.Offset + index, exception);
    }
}
