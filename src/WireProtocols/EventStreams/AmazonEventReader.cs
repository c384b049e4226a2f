using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.EventStreams;

/// <summary>
/// Reads the events that an AWS service sends, and throws where it sends an exception or an error instead (amazon-eventstream §Amazon Event
/// Semantics). It does not complete the pipe.
/// </summary>
public sealed class AmazonEventReader : IDisposable
{
    private readonly EventMessageReader _messages;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="options">The limits; <see cref="EventMessageOptions.Default"/> where null.</param>
    public AmazonEventReader(PipeReader input, EventMessageOptions? options = null) => _messages = new EventMessageReader(input, options);

    /// <summary>Reads events to the end of the input.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of an event is kept for the next call.</param>
    /// <exception cref="EventMessageProtocolException">The bytes break a rule.</exception>
    /// <exception cref="AmazonEventException">The peer sent an exception or an error.</exception>
    public async IAsyncEnumerable<AmazonEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (OwnedEventMessage message in _messages.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            AmazonEvent received = AmazonEvent.Read(message);
            yield return received.Kind == AmazonEventKind.Event ? received : throw new AmazonEventException(received);
        }
    }

    /// <summary>
    /// Reads what a language model sends: the bytes in the JSON of events of the type <c>chunk</c>. Events of other types are passed over.
    /// </summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of an event is kept for the next call.</param>
    /// <exception cref="EventMessageProtocolException">The bytes break a rule, or a chunk holds no bytes.</exception>
    /// <exception cref="AmazonEventException">The peer sent an exception or an error.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (AmazonEvent received in ReadAllAsync(cancellationToken).ConfigureAwait(false))
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

    /// <summary>Gives the unread bytes back to the pipe.</summary>
    public void Dispose() => _messages.Dispose();
}
