using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.ServerSentEvents;

/// <content>Events whose data are JSON.</content>
public sealed partial class EventStreamReader
{
    /// <summary>The events to the end of the stream, their data read as JSON straight from the stream's bytes. One that is not JSON for
    /// <typeparamref name="T"/> is a result with its error, and the stream goes on.</summary>
    /// <typeparam name="T">What the data become.</typeparam>
    /// <param name="typeInfo">How they do.</param>
    /// <param name="terminator">Data that are not JSON and say that nothing follows, for instance <c>[DONE]</c>. Where it is given, the
    /// enumeration ends with it, and a stream that ends without it is an error; the rest of the stream is left in the pipe.</param>
    /// <param name="cancellationToken">Cancels a wait.</param>
    /// <exception cref="EventStreamProtocolException">A limit was broken, or the terminator did not come.</exception>
    public async IAsyncEnumerable<EventStreamResult<T>> ReadAllAsync<T>(
        JsonTypeInfo<T> typeInfo,
        string? terminator = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        EventStreamTerminator last = new(terminator);
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadTyped(typeInfo, last, out EventStreamResult<T> next, out bool isTerminated))
            {
                if (isTerminated)
                {
                    yield break;
                }

                yield return next;
            }
        }

        if (last.IsExpected)
        {
            throw new EventStreamProtocolException(EventStreamProtocolError.UnexpectedEnd, Position);
        }
    }

    private bool TryReadTyped<T>(JsonTypeInfo<T> typeInfo, EventStreamTerminator terminator, out EventStreamResult<T> next, out bool isTerminated)
    {
        next = default;
        isTerminated = false;
        while (TryRead(out EventStreamElement element))
        {
            if (element.Kind == EventStreamElementKind.Event)
            {
                isTerminated = terminator.IsAt(element);
                next = isTerminated ? default : EventStreamResult<T>.Read(element, typeInfo);
                return true;
            }
        }

        return false;
    }
}
