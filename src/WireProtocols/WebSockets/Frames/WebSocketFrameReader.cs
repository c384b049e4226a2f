using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Reads frames from a pipe (RFC 6455 §5): <c>while (await reader.WaitToReadAsync()) while (reader.TryRead(out var part)) …</c>.
/// One reader at a time. The pipe is not completed; after <see cref="Dispose"/> it goes on with the first byte that was not read.
/// </summary>
public sealed class WebSocketFrameReader : IDisposable
{
    private readonly ElementReader<FrameDecoder, WebSocketFramePart> _elements;
    private readonly WebSocketFrameDecoder _decoder;
    private FrameAssembly _assembly;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">The pipe.</param>
    /// <param name="sender">Who sends the bytes.</param>
    /// <param name="options">Limits and leniency.</param>
    public WebSocketFrameReader(PipeReader input, WebSocketRole sender, WebSocketFrameOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new WebSocketFrameDecoder(sender, options);
        _elements = new(input, new FrameDecoder(_decoder));
    }

    /// <summary>Bytes read so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits until <see cref="TryRead"/> is worth calling.</summary>
    /// <param name="cancellationToken">Cancels the wait; the reader stays usable.</param>
    /// <returns>False when the input has ended between two frames.</returns>
    /// <exception cref="WebSocketProtocolException">The input has ended inside a frame.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _elements.WaitToReadAsync(cancellationToken);

    /// <summary>Reads the next frame, or piece of a frame, of what is buffered.</summary>
    /// <param name="part">The frame or piece; valid until the reader is used again.</param>
    /// <returns>False when what is buffered is used up.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule; everything before has been handed out.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it builds the part aside and copies it: a wide load that waits for narrow stores.
    public bool TryRead(out WebSocketFramePart part)
    {
        // In front of the loop that all readers share: a whole frame, at half the time a short one takes in the loop.
        ReadOnlySpan<byte> unread = _elements.Unread;
        if (_decoder.TryDecodeWhole(unread, out int consumed, out part))
        {
            _elements.Advance(consumed);
            _decoder.UnmaskWhole(unread, part);
            return true;
        }

        return _elements.TryRead(out part);
    }

    /// <summary>Reads every frame to the end of the input, each whole and with a payload of its own.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a frame is kept for the next call.</param>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, the input
    /// ended inside a frame, or a frame is longer than an array can be.</exception>
    /// <exception cref="InvalidOperationException">The beginning of a frame has been read with <see cref="TryRead"/>.</exception>
    public async IAsyncEnumerable<OwnedWebSocketFrame> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadWhole(out OwnedWebSocketFrame? frame))
            {
                yield return frame!;
            }
        }
    }

    /// <summary>Gives the scratch and the bytes that were not read back.</summary>
    public void Dispose()
    {
        _elements.Release();
        _decoder.Dispose();
        _assembly.Release();
    }

    private bool TryReadWhole(out OwnedWebSocketFrame? frame)
    {
        while (TryRead(out WebSocketFramePart part))
        {
            if (_assembly.TryComplete(part, out frame))
            {
                return true;
            }
        }

        frame = null;
        return false;
    }

    private readonly struct FrameDecoder(WebSocketFrameDecoder decoder) : IElementDecoder<WebSocketFramePart>
    {
        public bool IsCompleted => false;

        public bool HasLast => false;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out WebSocketFramePart element)
        {
            element = default;
            return OperationStatus.NeedMoreData;
        }

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new WebSocketProtocolException(decoder.Error, decoder.ErrorOffset);
    }

    /// <summary>Joins the pieces of a frame. It grows with what has arrived, never with what was announced.</summary>
    private struct FrameAssembly
    {
        private PooledBuffer _pieces;

        /// <summary>Takes in the next piece.</summary>
        /// <returns>True with the last piece of the frame.</returns>
        public bool TryComplete(WebSocketFramePart part, out OwnedWebSocketFrame? frame)
        {
            frame = null;
            if (part.IsFirst)
            {
                Begin(part);
            }

            if (part.PayloadOffset != _pieces.Length)
            {
                throw new InvalidOperationException("The beginning of this frame has been read in pieces; so has the rest to be.");
            }

            if (!part.IsLast)
            {
                _pieces.Append(part.Payload);
                return false;
            }

            byte[] payload = new byte[part.Header.PayloadLength];
            _pieces.Written.CopyTo(payload);
            part.Payload.CopyTo(payload.AsSpan(_pieces.Length));
            _pieces.Release();
            frame = new OwnedWebSocketFrame(part.Header, part.Offset, payload, part.Violation);
            return true;
        }

        public void Release() => _pieces.Release();

        private void Begin(WebSocketFramePart part)
        {
            _pieces.Clear();
            if (part.Header.PayloadLength > Array.MaxLength)
            {
                // Only a 64-bit length says so much; its last byte is the tenth.
                throw new WebSocketProtocolException(WebSocketProtocolError.FrameTooLarge, part.Offset + 9);
            }
        }
    }
}
