using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Rpc;

/// <summary>Reads the messages of gRPC, gRPC-Web or Connect from the body of a request or response. It does not complete the pipe.</summary>
/// <remarks>The text form of gRPC-Web is read through a <see cref="GrpcWebTextPipeReader"/>.</remarks>
public sealed class RpcReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, RpcMessagePart> _parts;
    private readonly RpcEnvelopeDecoder _decoder;
    private RpcGatherer _gatherer;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="options">Protocol, direction, encoding and limits; <see cref="RpcEnvelopeOptions.Default"/> where null.</param>
    public RpcReader(PipeReader input, RpcEnvelopeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        options ??= RpcEnvelopeOptions.Default;
        _decoder = new RpcEnvelopeDecoder(options);
        _gatherer = new RpcGatherer(options);
        _parts = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>The number of bytes taken in so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>
    /// What <see cref="ReadAllAsync"/> found at the end of the stream; null before that, and in gRPC, where the trailers of HTTP say it.
    /// </summary>
    public RpcEnd? End => _gatherer.End;

    /// <summary>Waits for bytes that <see cref="TryRead"/> has not seen.</summary>
    /// <returns>False at a clean end.</returns>
    /// <exception cref="RpcProtocolException">The input ends inside an envelope, or before the end that it has to have.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _parts.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next piece of a message, or of the end of the stream, from what is buffered.</summary>
    /// <param name="element">The piece as it was sent; its slices are valid until the next call.</param>
    /// <returns>False when more has to be waited for.</returns>
    /// <exception cref="RpcProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out RpcMessagePart element) => _parts.TryRead(out element);

    /// <summary>Reads whole messages that may be kept, decompressed, to the end of the input. <see cref="End"/> then says how it ended.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a message is kept for the next call.</param>
    /// <exception cref="RpcProtocolException">The bytes break a rule, or a message expands past the limit.</exception>
    /// <exception cref="InvalidOperationException">The beginning of a message has been read with <see cref="TryRead"/>.</exception>
    public async IAsyncEnumerable<OwnedRpcMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryGather(out OwnedRpcMessage? message))
            {
                yield return message;
            }
        }
    }

    /// <summary>Gives the unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _parts.Release();
        _gatherer.Release();
    }

    private bool TryGather([NotNullWhen(true)] out OwnedRpcMessage? message)
    {
        message = null;
        while (message is null && TryRead(out RpcMessagePart part))
        {
            message = _gatherer.Add(part);
        }

        return message is not null;
    }

    private readonly struct ElementDecoder(RpcEnvelopeDecoder decoder) : IElementDecoder<RpcMessagePart>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out RpcMessagePart element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out RpcMessagePart element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new RpcProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
