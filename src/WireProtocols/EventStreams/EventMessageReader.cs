using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.EventStreams;

/// <summary>
/// Reads the messages of <c>application/vnd.amazon.eventstream</c> from the body of a request or response. It does not complete the pipe.
/// </summary>
public sealed class EventMessageReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, EventMessagePart> _parts;
    private readonly EventMessageDecoder _decoder;
    private EventMessageGatherer _gatherer;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="options">The limits; <see cref="EventMessageOptions.Default"/> where null.</param>
    public EventMessageReader(PipeReader input, EventMessageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new EventMessageDecoder(options);
        _parts = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for bytes that <see cref="TryRead"/> has not seen.</summary>
    /// <returns>False at a clean end.</returns>
    /// <exception cref="EventMessageProtocolException">The input ends inside a message.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _parts.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next piece of a message from what is buffered.</summary>
    /// <param name="element">The piece; its slices are valid until the next call. Only with the last piece of a message its checksum is known to be
    /// right.</param>
    /// <returns>False when more has to be waited for.</returns>
    /// <exception cref="EventMessageProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out EventMessagePart element) => _parts.TryRead(out element);

    /// <summary>Reads whole messages that may be kept, each when its checksum is right, to the end of the input.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a message is kept for the next call.</param>
    /// <exception cref="EventMessageProtocolException">The bytes break a rule.</exception>
    /// <exception cref="InvalidOperationException">The beginning of a message has been read with <see cref="TryRead"/>.</exception>
    public async IAsyncEnumerable<OwnedEventMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryGather(out OwnedEventMessage? message))
            {
                yield return message;
            }
        }
    }

    /// <summary>Gives the unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _parts.Release();
        _decoder.Dispose();
        _gatherer.Release();
    }

    private bool TryGather([NotNullWhen(true)] out OwnedEventMessage? message)
    {
        message = null;
        while (message is null && TryRead(out EventMessagePart part))
        {
            message = _gatherer.Add(part);
        }

        return message is not null;
    }

    private readonly struct ElementDecoder(EventMessageDecoder decoder) : IElementDecoder<EventMessagePart>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out EventMessagePart element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out EventMessagePart element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new EventMessageProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
