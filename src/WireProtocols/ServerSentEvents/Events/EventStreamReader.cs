using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.ServerSentEvents;

/// <summary>Reads an event stream from a pipe. It does not complete the pipe: whoever made it does.</summary>
public sealed partial class EventStreamReader : IDisposable
{
    private const int StreamBufferSize = 16 * 1024;

    private readonly ElementReader<ElementDecoder, EventStreamElement> _elements;
    private readonly EventStreamDecoder _decoder;
    private readonly PipeReader? _owned;

    /// <param name="input">Where the stream comes from.</param>
    /// <param name="options">The limits; <see cref="EventStreamOptions.Default"/> when null.</param>
    /// <param name="lastEventId">The last event ID that an earlier connection left off with.</param>
    /// <exception cref="ArgumentException">The ID holds NUL, LF or CR.</exception>
    public EventStreamReader(PipeReader input, EventStreamOptions? options = null, string? lastEventId = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new EventStreamDecoder(options, lastEventId);
        _elements = new(input, new ElementDecoder(_decoder));
    }

    /// <param name="stream">Where the stream comes from. It is left open.</param>
    /// <param name="options">The limits; <see cref="EventStreamOptions.Default"/> when null.</param>
    /// <param name="lastEventId">The last event ID that an earlier connection left off with.</param>
    /// <exception cref="ArgumentException">The ID holds NUL, LF or CR.</exception>
    public EventStreamReader(Stream stream, EventStreamOptions? options = null, string? lastEventId = null)
        : this(CreatePipe(stream), options, lastEventId, true)
    {
    }

    private EventStreamReader(PipeReader input, EventStreamOptions? options, string? lastEventId, bool owns)
        : this(input, options, lastEventId)
        => _owned = owns ? input : null;

    /// <summary>The last event ID as of the last blank line; what a client sends as <c>Last-Event-ID</c> when it connects again.</summary>
    public string LastEventId => _decoder.LastEventId;

    /// <summary>How many bytes of the stream have been consumed.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits until <see cref="TryRead"/> may have an element. Cancelling the wait leaves the reader usable.</summary>
    /// <returns>False at the end of the stream; an unfinished event is discarded then.</returns>
    /// <exception cref="EventStreamProtocolException">The stream ends inside an event and
    /// <see cref="EventStreamOptions.RejectUnfinishedEvent"/> is set.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _elements.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next element of what is buffered.</summary>
    /// <param name="element">The element, valid until the next call.</param>
    /// <returns>False when more has to come first.</returns>
    /// <exception cref="EventStreamProtocolException">A limit was broken.</exception>
    public bool TryRead(out EventStreamElement element) => _elements.TryRead(out element);

    /// <summary>The events to the end of the stream, as the standard dispatches them; comments, reconnection times and events that were given
    /// up are passed over.</summary>
    /// <exception cref="EventStreamProtocolException">A limit was broken.</exception>
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

    /// <summary>Gives the bytes that were not read back to the pipe.</summary>
    public void Dispose()
    {
        _elements.Release();
        _decoder.Dispose();
        _owned?.Complete();
    }

    /// <summary>Whether the stream has ended and held lines that mean nothing.</summary>
    internal bool HasIgnoredBytes => _decoder.HasIgnoredBytes;

    /// <summary>Makes a wait under way, or the next one, throw <see cref="OperationCanceledException"/>.</summary>
    internal void CancelPendingRead() => _elements.CancelPendingRead();

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

    private readonly struct ElementDecoder(EventStreamDecoder decoder) : IElementDecoder<EventStreamElement>
    {
        public bool IsCompleted => false;

        public bool HasLast => decoder.HasLast;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out EventStreamElement element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out EventStreamElement element)
            => decoder.TryDecodeLast(out element) ? OperationStatus.Done : decoder.Complete();

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new EventStreamProtocolException(decoder.Error, decoder.ErrorOffset);
    }

    private static PipeReader CreatePipe(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: StreamBufferSize, leaveOpen: true));
    }
}
