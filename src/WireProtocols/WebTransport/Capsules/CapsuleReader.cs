using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Reads capsules from a <see cref="PipeReader"/>: the data stream of an HTTP request, out of its DATA frames (RFC 9297 §3.1).</summary>
public sealed class CapsuleReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, CapsulePart> _parts;
    private readonly CapsuleDecoder _decoder;
    private CapsuleGatherer _gatherer;

    /// <summary>Creates a reader. It does not complete the pipe.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="options">Dialect, known types and limits; <see cref="CapsuleOptions.Default"/> where null.</param>
    public CapsuleReader(PipeReader input, CapsuleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        options ??= CapsuleOptions.Default;
        _decoder = new CapsuleDecoder(options);
        _gatherer = new CapsuleGatherer(options.MaxGatheredSize);
        _parts = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for bytes that <see cref="TryRead"/> has not seen.</summary>
    /// <returns>False at a clean end.</returns>
    /// <exception cref="WebTransportProtocolException">The input ends inside a capsule.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _parts.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next piece of a capsule from what is buffered.</summary>
    /// <param name="element">The piece; its slices are valid until the next call.</param>
    /// <returns>False when more has to be waited for.</returns>
    /// <exception cref="WebTransportProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out CapsulePart element) => _parts.TryRead(out element);

    /// <summary>Reads whole capsules that may be kept, to the end. Those above <see cref="CapsuleOptions.MaxGatheredSize"/> are dropped.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a capsule is kept for the next call.</param>
    /// <exception cref="WebTransportProtocolException">The bytes break a rule.</exception>
    /// <exception cref="InvalidOperationException">The beginning of a capsule has been read with <see cref="TryRead"/>.</exception>
    public async IAsyncEnumerable<OwnedCapsule> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryGather(out OwnedCapsule? capsule))
            {
                yield return capsule;
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

    private bool TryGather([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OwnedCapsule? capsule)
    {
        capsule = null;
        while (capsule is null && TryRead(out CapsulePart piece))
        {
            capsule = _gatherer.Add(piece);
        }

        return capsule is not null;
    }

    private readonly struct ElementDecoder(CapsuleDecoder decoder) : IElementDecoder<CapsulePart>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out CapsulePart element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out CapsulePart element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new WebTransportProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
