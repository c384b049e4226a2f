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
    private readonly PipeInput _input;
    private readonly WebSocketFrameDecoder _decoder;
    private bool _drained = true;
    private FrameAssembly _assembly;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">The pipe.</param>
    /// <param name="sender">Who sends the bytes.</param>
    /// <param name="options">Limits and leniency.</param>
    public WebSocketFrameReader(PipeReader input, WebSocketRole sender, WebSocketFrameOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = new PipeInput(input);
        _decoder = new WebSocketFrameDecoder(sender, options);
    }

    /// <summary>Bytes read so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits until <see cref="TryRead"/> is worth calling.</summary>
    /// <param name="cancellationToken">Cancels the wait; the reader stays usable.</param>
    /// <returns>False when the input has ended between two frames.</returns>
    /// <exception cref="WebSocketProtocolException">The input has ended inside a frame.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (!_drained)
        {
            return new ValueTask<bool>(true);
        }

        ValueTask<bool> pending = _input.ReadAsync(cancellationToken);
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

        // At the end, the way that may throw: what is wrong with the input is an error of the wait, not of the call.
        bool hasBytes = pending.Result;
        _drained = !hasBytes;
        return hasBytes ? new ValueTask<bool>(true) : AwaitAsync(new ValueTask<bool>(false));
    }

    /// <summary>Reads the next frame, or piece of a frame, of what is buffered.</summary>
    /// <param name="part">The frame or piece; valid until the reader is used again.</param>
    /// <returns>False when what is buffered is used up.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule; everything before has been handed out.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it builds the part aside and copies it: a wide load that waits for narrow stores.
    public bool TryRead(out WebSocketFramePart part)
    {
        ReadOnlySpan<byte> unread = _input.Unread;
        if (_decoder.TryDecodeWhole(unread, out int consumed, out part))
        {
            _input.Advance(consumed);
            _decoder.UnmaskWhole(unread, part);
            return true;
        }

        return TryReadGeneral(out part);
    }

    /// <summary>Reads every frame to the end of the input, each whole and with a payload of its own.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a frame is kept for the next call.</param>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, the input ended inside a frame, or a frame is longer than an array can be.</exception>
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
        _input.Release();
        _drained = true;
        _decoder.Dispose();
        _assembly.Release();
    }

    private bool TryReadGeneral(out WebSocketFramePart part)
    {
        while (true)
        {
            OperationStatus status = _decoder.Decode(_input.Unread, out int consumed, out part);
            _input.Advance(consumed);
            if (status == OperationStatus.Done)
            {
                return true;
            }

            if (status == OperationStatus.InvalidData)
            {
                throw new WebSocketProtocolException(_decoder.Error, _decoder.ErrorOffset);
            }

            if (!_input.TryMoveToNextSegment())
            {
                _drained = true;
                return false;
            }
        }
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> AwaitAsync(ValueTask<bool> pending) => Accept(await pending.ConfigureAwait(false));

    private bool Accept(bool hasBytes)
    {
        _drained = !hasBytes;
        if (!hasBytes && _decoder.Complete() != OperationStatus.Done)
        {
            throw new WebSocketProtocolException(_decoder.Error, _decoder.ErrorOffset);
        }

        return hasBytes;
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
