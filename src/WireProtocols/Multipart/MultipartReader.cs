using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Multipart;

/// <summary>Reads the parts of a multipart body from a pipe. It does not complete the pipe.</summary>
public sealed class MultipartReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, MultipartSectionPart> _pieces;
    private readonly MultipartDecoder _decoder;
    private MultipartGatherer _gatherer;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="boundary">The boundary, which the media type of the body says.</param>
    /// <param name="options">The limits; <see cref="MultipartOptions.Default"/> where null.</param>
    public MultipartReader(PipeReader input, MultipartBoundary boundary, MultipartOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new MultipartDecoder(boundary, options);
        _pieces = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for bytes that <see cref="TryRead"/> has not seen.</summary>
    /// <returns>False at a clean end.</returns>
    /// <exception cref="MultipartProtocolException">The input ends before the last boundary.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _pieces.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next piece of a part from what is buffered.</summary>
    /// <param name="element">The piece; its slices are valid until the next call.</param>
    /// <returns>False when more has to be waited for.</returns>
    /// <exception cref="MultipartProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out MultipartSectionPart element)
    {
        _gatherer.Release();
        return _pieces.TryRead(out element);
    }

    /// <summary>Reads whole parts that may be kept, to the end of the input.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a part is kept for the next call.</param>
    /// <exception cref="MultipartProtocolException">The bytes break a rule.</exception>
    /// <exception cref="InvalidOperationException">The beginning of a part has been read with <see cref="TryRead"/>.</exception>
    public async IAsyncEnumerable<OwnedMultipartSection> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryGather(out OwnedMultipartSection? section))
            {
                yield return section;
            }
        }
    }

    /// <summary>Gives the unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _pieces.Release();
        _decoder.Dispose();
        _gatherer.Release();
    }

    private bool TryGather([NotNullWhen(true)] out OwnedMultipartSection? section)
    {
        section = null;
        while (section is null && _pieces.TryRead(out MultipartSectionPart piece))
        {
            section = _gatherer.Add(piece);
        }

        return section is not null;
    }

    private readonly struct ElementDecoder(MultipartDecoder decoder) : IElementDecoder<MultipartSectionPart>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out MultipartSectionPart element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out MultipartSectionPart element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new MultipartProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
