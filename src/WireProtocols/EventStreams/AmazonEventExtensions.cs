using System.Runtime.CompilerServices;

namespace WireProtocols.EventStreams;

/// <summary>
/// Messages as the events of an AWS service: where that sends an exception or an error instead, it is thrown (amazon-eventstream §Amazon Event
/// Semantics).
/// </summary>
public static class AmazonEventExtensions
{
    /// <summary>Reads events to the end of the input.</summary>
    /// <param name="reader">Where the messages come from.</param>
    /// <param name="cancellationToken">Cancels the waits; what has come of an event is kept for the next call.</param>
    /// <exception cref="EventMessageProtocolException">The bytes break a rule.</exception>
    /// <exception cref="AmazonEventException">The peer sent an exception or an error.</exception>
    public static IAsyncEnumerable<AmazonEvent> ReadEventsAsync(this EventMessageReader reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return IterateEventsAsync(reader, cancellationToken);
    }

    /// <summary>
    /// Reads what a language model sends: the bytes in the JSON of events of the type <c>chunk</c>. Events of other types are passed over.
    /// </summary>
    /// <param name="reader">Where the messages come from.</param>
    /// <param name="cancellationToken">Cancels the waits; what has come of an event is kept for the next call.</param>
    /// <exception cref="EventMessageProtocolException">The bytes break a rule, or a chunk holds no bytes.</exception>
    /// <exception cref="AmazonEventException">The peer sent an exception or an error.</exception>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(
        this EventMessageReader reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return IterateChunksAsync(reader, cancellationToken);
    }

    private static async IAsyncEnumerable<AmazonEvent> IterateEventsAsync(
        EventMessageReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (OwnedEventMessage message in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            AmazonEvent received = AmazonEvent.Read(message);
            yield return received.Kind == AmazonEventKind.Event ? received : throw new AmazonEventException(received);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> IterateChunksAsync(
        EventMessageReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (AmazonEvent received in IterateEventsAsync(reader, cancellationToken).ConfigureAwait(false))
        {
            if (received.Type != AmazonEventNames.Chunk)
            {
                continue;
            }

            if (!AmazonChunk.TryDecode(received.Payload.Span, out byte[]? bytes, out int errorIndex))
            {
                throw new EventMessageProtocolException(EventMessageProtocolError.ChunkMalformed, received.Message.PayloadOffset + errorIndex);
            }

            yield return bytes;
        }
    }
}
