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
        return pending.IsCompletedSuccessfully ? new ValueTask<bool>(Accept(pending.Result)) : AwaitAsync(pending);
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
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, or the input ended inside a frame.</exception>
    public async IAsyncEnumerable<WebSocketFrame> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        FrameAssembly assembly = default;
        try
        {
            while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (TryReadWhole(ref assembly, out WebSocketFrame? frame))
                {
                    yield return frame!;
                }
            }
        }
        finally
        {
            assembly.Release();
        }
    }

    /// <summary>Gives the scratch and the bytes that were not read back.</summary>
    public void Dispose()
    {
        _input.Release();
        _drained = true;
        _decoder.Dispose();
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

    private bool TryReadWhole(ref FrameAssembly assembly, out WebSocketFrame? frame)
    {
        while (TryRead(out WebSocketFramePart part))
        {
            if (assembly.TryComplete(part, out frame))
            {
                return true;
            }
        }

        frame = null;
        return false;
    }

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

        public bool TryComplete(WebSocketFramePart part, out WebSocketFrame? frame)
        {
            frame = null;
            if (!part.IsLast)
            {
                _pieces.Append(part.Payload);
                return false;
            }

            byte[] payload = new byte[part.Header.PayloadLength];
            _pieces.Written.CopyTo(payload);
            part.Payload.CopyTo(payload.AsSpan(_pieces.Length));
            _pieces.Release();
            frame = new WebSocketFrame(part.Header, part.Offset, payload, part.Violation);
            return true;
        }

        public void Release() => _pieces.Release();
    }
}
