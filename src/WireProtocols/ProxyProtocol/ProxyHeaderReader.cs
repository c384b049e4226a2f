using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.ProxyProtocol;

/// <summary>Reads the header of a connection from a pipe, and leaves what follows it there. It does not complete the pipe.</summary>
public sealed class ProxyHeaderReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, ProxyHeader> _headers;
    private readonly ProxyHeaderDecoder _decoder;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="options">Which headers are accepted; <see cref="ProxyHeaderOptions.Default"/> where null.</param>
    public ProxyHeaderReader(PipeReader input, ProxyHeaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new ProxyHeaderDecoder(options);
        _headers = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for bytes.</summary>
    /// <returns>False at a clean end: the input ended, and no header had begun.</returns>
    /// <exception cref="ProxyProtocolException">The input ended inside a header.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the reader goes on where it was.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _headers.WaitToReadAsync(cancellationToken);

    /// <summary>Reads a header from the bytes that are there. What is behind it would be the next one: <see cref="ReadAsync"/> leaves it.</summary>
    /// <param name="element">The header, valid until the next call.</param>
    /// <returns>False when no whole header is there: wait then.</returns>
    /// <exception cref="ProxyProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out ProxyHeader element) => _headers.TryRead(out element);

    /// <summary>Reads one header, copies it and gives the bytes behind it back to the pipe.</summary>
    /// <returns>The header, or null at a clean end.</returns>
    /// <exception cref="ProxyProtocolException">The bytes break a rule, or end inside the header.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the reader goes on where it was.</exception>
    public async ValueTask<OwnedProxyHeader?> ReadAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            if (TryRead(out ProxyHeader header))
            {
                OwnedProxyHeader owned = header.ToOwned();
                _headers.Release();
                return owned;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));

        return null;
    }

    /// <summary>Gives the unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _headers.Release();
        _decoder.Dispose();
    }

    private readonly struct ElementDecoder(ProxyHeaderDecoder decoder) : IElementDecoder<ProxyHeader>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out ProxyHeader element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out ProxyHeader element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new ProxyProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
