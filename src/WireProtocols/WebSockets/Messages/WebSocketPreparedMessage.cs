using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// A message that is encoded once and sent on many connections with
/// <see cref="WebSocketConnection.SendAsync(WebSocketPreparedMessage, bool, CancellationToken)"/>, each in the form that it agreed on: as it is, or
/// deflated by itself. Immutable to its users and safe to share.
/// </summary>
public sealed class WebSocketPreparedMessage
{
    private readonly int _level;
    private readonly Lock _lock = new();
    private volatile WebSocketPreparedFrame? _deflated;
    private volatile bool _isDeflated;

    /// <summary>Prepares a message.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> (the payload has to be UTF-8) or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="payload">The message; it is copied.</param>
    /// <param name="level">zlib's level for connections with permessage-deflate, 1 to 9: see
    /// <see cref="WebSocketPerMessageDeflateOptions.Level"/>.</param>
    /// <exception cref="ArgumentException">The opcode is none of a message, or the payload of a text is not UTF-8.</exception>
    public WebSocketPreparedMessage(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, int level = WebSocketPerMessageDeflateOptions.DefaultLevel)
    {
        WebSocketMessageRules.ThrowIfNone(opcode, payload);
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9);
        _level = level;
        Frame = new WebSocketPreparedFrame(opcode, payload);
    }

    /// <summary>The message as one frame.</summary>
    public WebSocketPreparedFrame Frame { get; }

    /// <summary>
    /// The message as one compressed frame, for a window of 32 KiB and without reference to any message before it; null where it does not shrink.
    /// </summary>
    internal WebSocketPreparedFrame? Deflated => _isDeflated ? _deflated : DeflateOnce();

    private WebSocketPreparedFrame? DeflateOnce()
    {
        lock (_lock)
        {
            if (!_isDeflated)
            {
                _deflated = Deflate();
                _isDeflated = true;
            }

            return _deflated;
        }
    }

    private WebSocketPreparedFrame? Deflate()
    {
        const int WindowBits = WebSocketDeflateParameters.MaxWindowBits;
        WebSocketDeflater deflater = WebSocketDeflatePool.Shared.RentDeflater(WindowBits, _level);
        PooledBuffer payload = default;
        deflater.Deflate(Frame.Payload.Span, endOfMessage: true, keepContext: false, ref payload);
        WebSocketPreparedFrame? frame = payload.Length < Frame.Payload.Length
            ? new(Frame.Header.Opcode, payload.Written, reservedBits: WebSocketReservedBits.Rsv1)
            : null;
        payload.Release();
        WebSocketDeflatePool.Shared.Return(deflater, WindowBits, _level);
        return frame;
    }
}
