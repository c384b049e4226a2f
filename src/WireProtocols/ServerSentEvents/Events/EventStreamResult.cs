using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.ServerSentEvents;

/// <summary>An event whose data were read as a <typeparamref name="T"/>, or
/// why they could not be: an error an event, not an error a stream.</summary>
/// <typeparam name="T">What the data become.</typeparam>
public readonly struct EventStreamResult<T>
{
    private EventStreamResult(in EventStreamElement element, T? value, string data, JsonException? exception)
    {
        Type = element.GetTypeString();
        LastEventId = Encoding.UTF8.GetString(element.LastEventId);
        Offset = element.Offset;
        Value = value;
        Data = data;
        Exception = exception;
    }

    /// <summary>The type, <c>message</c> where the stream gave none; never empty.</summary>
    public string Type { get; }

    /// <summary>The last event ID as of this event, its own or an earlier one's; may be empty.</summary>
    public string LastEventId { get; }

    /// <summary>Where the event starts, in bytes from the start of the stream.</summary>
    public long Offset { get; }

    /// <summary>The value; the default where <see cref="IsSuccess"/> is false.</summary>
    public T? Value { get; }

    /// <summary>The data as they came, where they did not become a value; empty otherwise.</summary>
    public string Data { get; }

    /// <summary>What the serializer said, with the path into the data; null where it succeeded.</summary>
    public JsonException? Exception { get; }

    /// <summary>Whether there is a value, which may be null for the JSON text <c>null</c>.</summary>
    public bool IsSuccess => Exception is null;

    /// <summary>What is wrong.</summary>
    public EventStreamProtocolError Error => IsSuccess ? EventStreamProtocolError.None : EventStreamProtocolError.InvalidJson;

    /// <summary>The value.</summary>
    /// <exception cref="EventStreamProtocolException">The data are not JSON for <typeparamref name="T"/>.</exception>
    public T? GetValueOrThrow() => IsSuccess ? Value : throw new EventStreamProtocolException(Error, Offset, Exception);

    internal static EventStreamResult<T> Read(in EventStreamElement element, JsonTypeInfo<T> typeInfo)
    {
        try
        {
            return new EventStreamResult<T>(element, JsonSerializer.Deserialize(element.Data, typeInfo), "", null);
        }
        catch (JsonException e)
        {
            return new EventStreamResult<T>(element, default, element.GetDataString(), e);
        }
    }
}
