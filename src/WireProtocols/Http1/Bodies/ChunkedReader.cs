using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// Reads a chunked body (RFC 9112 §7.1) with the boundaries of its chunks visible. Whoever only wants the payload takes
/// <see cref="ChunkedPipeReader"/>.
/// </summary>
/// <remarks>
/// The reader stops behind the final empty line: what follows stays in the pipe, for whoever reads the next message. It does not complete the pipe.
/// </remarks>
public sealed class ChunkedReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, ChunkedElement> _elements;
    private readonly ChunkedDecoder _decoder;

    /// <summary>Creates a reader of one body.</summary>
    /// <param name="input">The pipe, at the first byte after the header section.</param>
    /// <param name="options">Limits and leniencies; <see cref="ChunkedOptions.Default"/> when null.</param>
    public ChunkedReader(PipeReader input, ChunkedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new ChunkedDecoder(options);
        _elements = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>Whether the whole body has been read.</summary>
    public bool IsCompleted => _decoder.IsCompleted;

    /// <summary>How many bytes of the pipe the body has taken so far, framing included.</summary>
    public long Position => _decoder.Position;

    /// <summary>How many bytes of payload have been read.</summary>
    public long BodyLength => _decoder.BodyLength;

    /// <summary>Waits for an element.</summary>
    /// <returns>False when the body is complete.</returns>
    /// <exception cref="ChunkedProtocolException">The input ended inside the body.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _elements.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next element, if it is there.</summary>
    /// <param name="element">Valid until the next call. Never of kind <see cref="ChunkedElementKind.End"/>.</param>
    /// <returns>False when more input is needed or the body is complete.</returns>
    /// <exception cref="ChunkedProtocolException">The body breaks a rule.</exception>
    public bool TryRead(out ChunkedElement element)
    {
        if (!_decoder.IsCompleted && _elements.TryRead(out element) && element.Kind != ChunkedElementKind.End)
        {
            return true;
        }

        if (_decoder.IsCompleted)
        {
            // What follows the body belongs to the next message: it goes back into the pipe.
            _elements.Release();
        }

        element = default;
        return false;
    }

    /// <summary>Reads the body to its end, copying each element.</summary>
    /// <exception cref="ChunkedProtocolException">The body breaks a rule, or ends too early.</exception>
    public async IAsyncEnumerable<OwnedChunkedElement> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadOwned() is { } element)
            {
                yield return element;
            }
        }
    }

    /// <summary>Gives unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _elements.Release();
        _decoder.Dispose();
    }

    private OwnedChunkedElement? TryReadOwned() => TryRead(out ChunkedElement element) ? element.ToOwned() : null;

    private readonly struct ElementDecoder(ChunkedDecoder decoder) : IElementDecoder<ChunkedElement>
    {
        public bool IsCompleted => decoder.IsCompleted;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ChunkedElement element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out ChunkedElement element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new ChunkedProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
