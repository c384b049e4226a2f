using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.ServerSentEvents;

/// <content>Events whose data are JSON.</content>
public sealed partial class EventStreamReader
{
    /// <summary>The events to the end of the stream, their data read as JSON straight from the stream's bytes.</summary>
    /// <typeparam name="T">What the data become.</typeparam>
    /// <param name="typeInfo">How they do.</param>
    /// <param name="terminator">Data that are not JSON and say that nothing follows, for instance <c>[DONE]</c>. Where it is given, the
    /// enumeration ends with it, and a stream that ends without it is an error; the rest of the stream is left in the pipe.</param>
    /// <param name="cancellationToken">Cancels a wait.</param>
    /// <exception cref="EventStreamProtocolException">A limit was broken; data were not JSON for <typeparamref name="T"/>
    /// (<see cref="EventStreamProtocolError.InvalidJson"/>, the offset that of the event); or the terminator did not come.</exception>
    public async IAsyncEnumerable<ServerSentEvent<T?>> ReadAllAsync<T>(
        JsonTypeInfo<T> typeInfo,
        string? terminator = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        byte[]? last = terminator is null ? null : Encoding.UTF8.GetBytes(terminator);
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadTyped(typeInfo, last, out ServerSentEvent<T?> next, out bool terminated))
            {
                if (terminated)
                {
                    yield break;
                }

                yield return next;
            }
        }

        if (last is not null)
        {
            throw new EventStreamProtocolException(EventStreamProtocolError.UnexpectedEnd, Position);
        }
    }

    private bool TryReadTyped<T>(JsonTypeInfo<T> typeInfo, byte[]? terminator, out ServerSentEvent<T?> next, out bool terminated)
    {
        next = default;
        terminated = false;
        while (TryRead(out EventStreamElement element))
        {
            if (element.Kind == EventStreamElementKind.Event)
            {
                terminated = terminator is not null && element.Data.SequenceEqual(terminator);
                next = terminated ? default : Deserialize(element, typeInfo);
                return true;
            }
        }

        return false;
    }

    internal static ServerSentEvent<T?> Deserialize<T>(in EventStreamElement element, JsonTypeInfo<T> typeInfo)
    {
        try
        {
            return new(element.GetTypeString(), JsonSerializer.Deserialize(element.Data, typeInfo), Encoding.UTF8.GetString(element.LastEventId));
        }
        catch (JsonException e)
        {
            throw new EventStreamProtocolException(EventStreamProtocolError.InvalidJson, element.Offset, e);
        }
    }
}
