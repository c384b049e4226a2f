using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// Reads heads from a pipe and leaves what follows a head in it: <see cref="Http1RequestReader"/> those of requests,
/// <see cref="Http1ResponseReader"/> those of responses. Between a head and the next one the caller reads the body from the same pipe:
/// <see cref="Release"/> gives the pipe the bytes after the head back.
/// </summary>
/// <typeparam name="THead">The head that is lent, valid until the next call of anything on the reader.</typeparam>
/// <typeparam name="TOwned">The head that may be kept.</typeparam>
public abstract class Http1HeadReader<THead, TOwned> : IDisposable
    where THead : struct, allows ref struct
    where TOwned : class
{
    private readonly ElementReader<ElementDecoder, THead> _elements;
    private readonly Http1HeadDecoder<THead> _decoder;

    private protected Http1HeadReader(PipeReader input, Http1HeadDecoder<THead> decoder)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = decoder;
        _elements = new(input, new ElementDecoder(decoder));
    }

    /// <summary>See <see cref="Http1HeadParser.BeginsAsHead"/>.</summary>
    internal bool BeginsAsHead => _decoder.BeginsAsHead;

    /// <summary>Waits for bytes.</summary>
    /// <returns>False at a clean end: the input ended and no head was under way.</returns>
    /// <exception cref="Http1ProtocolException">The input ended inside a head.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the reader goes on where it was.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _elements.WaitToReadAsync(cancellationToken);

    /// <summary>Reads a head from the bytes that are there.</summary>
    /// <param name="head">The head, valid until the next call of anything on this reader.</param>
    /// <returns>False when no whole head is there: wait then.</returns>
    /// <exception cref="Http1ProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out THead head) => _elements.TryRead(out head);

    /// <summary>Reads one head, copies it and gives the bytes after it back to the pipe.</summary>
    /// <returns>The head, or null at a clean end.</returns>
    /// <exception cref="Http1ProtocolException">The bytes break a rule, or end inside the head.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the reader goes on where it was.</exception>
    public async ValueTask<TOwned?> ReadAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            if (TryRead(out THead head))
            {
                TOwned owned = Copy(head);
                Release();
                return owned;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));

        return null;
    }

    /// <summary>Reads one head after the other to the end of the input: for messages without bodies.</summary>
    /// <exception cref="Http1ProtocolException">The bytes break a rule, or end inside a head.</exception>
    public async IAsyncEnumerable<TOwned> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } head)
        {
            yield return head;
        }
    }

    /// <summary>Gives the bytes after the last head back to the pipe, so that the body can be read from it. The head's slices end here.</summary>
    public void Release() => _elements.Release();

    /// <summary>Gives the bytes after the last head back to the pipe, and the scratch to the pool.</summary>
    public void Dispose()
    {
        Release();
        _decoder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract TOwned Copy(THead head);

    private readonly struct ElementDecoder(Http1HeadDecoder<THead> decoder) : IElementDecoder<THead>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out THead element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out THead element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new Http1ProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
