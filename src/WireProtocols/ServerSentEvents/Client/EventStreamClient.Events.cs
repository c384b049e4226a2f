using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace WireProtocols.ServerSentEvents;

/// <content>The convenient forms.</content>
public sealed partial class EventStreamClient
{
    /// <summary>The events, as the standard dispatches them, until nothing will come.</summary>
    /// <inheritdoc cref="WaitToReadAsync" path="/exception"/>
    public async IAsyncEnumerable<ServerSentEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadEvent(out ServerSentEvent next))
            {
                yield return next;
            }
        }
    }

    /// <summary>The events, their data read as JSON straight from the stream's bytes. One that is not JSON for <typeparamref name="T"/> is a result
    /// with its error, and the stream goes on.</summary>
    /// <typeparam name="T">What the data become.</typeparam>
    /// <param name="typeInfo">How they do.</param>
    /// <param name="terminator">Data that are not JSON and say that nothing follows, for instance <c>[DONE]</c>: the client closes. Where it is
    /// given and not sent, the end of the stream is an error.</param>
    /// <param name="cancellationToken">Cancels a wait.</param>
    /// <inheritdoc cref="WaitToReadAsync" path="/exception"/>
    public async IAsyncEnumerable<EventStreamResult<T>> ReadAllAsync<T>(
        JsonTypeInfo<T> typeInfo,
        string? terminator = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        EventStreamTerminator last = new(terminator);
        long offset = 0;
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadTyped(typeInfo, last, out EventStreamResult<T> next, out bool isTerminated))
            {
                if (isTerminated)
                {
                    Close();
                    yield break;
                }

                yield return next;
            }

            offset = _connector.Connection?.Reader.Position ?? offset;
        }

        if (last.IsExpected)
        {
            throw new EventStreamProtocolException(EventStreamProtocolError.UnexpectedEnd, offset);
        }
    }

    private bool TryReadEvent(out ServerSentEvent next)
    {
        while (TryRead(out EventStreamElement element))
        {
            if (element.Kind == EventStreamElementKind.Event)
            {
                next = element.ToEvent();
                return true;
            }
        }

        next = default;
        return false;
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
