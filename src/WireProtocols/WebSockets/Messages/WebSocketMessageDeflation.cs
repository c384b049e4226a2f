using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// The compressed side of a <see cref="WebSocketSender"/>: decides which messages are compressed, and writes those. Without context takeover the
/// deflater is only held inside a message.
/// </summary>
internal sealed class WebSocketMessageDeflation : IDisposable
{
    private readonly WebSocketPerMessageDeflateOptions _options;
    private readonly int _windowBits;
    private readonly bool _keepsContext;
    private WebSocketDeflater? _deflater;
    private bool _isCompressing;

    private WebSocketMessageDeflation(int windowBits, bool keepsContext, WebSocketPerMessageDeflateOptions options)
    {
        _windowBits = windowBits;
        _keepsContext = keepsContext;
        _options = options;
    }

    /// <summary>Null where nothing is compressed. zlib cannot keep to a window of 256 bytes; "an agreed extension may be left unused": such a sender sends
    /// its messages as they are.</summary>
    public static WebSocketMessageDeflation? Create(WebSocketDeflateParameters? deflate, WebSocketRole role, WebSocketPerMessageDeflateOptions? options)
        => deflate is not null && deflate.WindowBits(role) >= WebSocketDeflateParameters.MinDeflateWindowBits
            ? new(deflate.WindowBits(role), !deflate.NoContextTakeover(role), options ?? WebSocketPerMessageDeflateOptions.Default)
            : null;

    /// <summary>Writes a message, or a piece of one, compressed.</summary>
    /// <returns>False where it goes as it is.</returns>
    public bool TryWrite(WebSocketFrameWriter writer, WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isFirst, bool isLast)
    {
        if (isFirst)
        {
            _isCompressing = !isLast || payload.Length >= _options.Threshold;
        }

        if (!_isCompressing)
        {
            return false;
        }

        _deflater ??= WebSocketDeflatePool.Shared.RentDeflater(_windowBits, _options.Level);
        PooledBuffer deflated = default;
        try
        {
            _deflater.Deflate(payload, isLast, _keepsContext, ref deflated);
            if (isFirst)
            {
                writer.WriteFrame(opcode, deflated.Written, isLast, WebSocketReservedBits.Rsv1);
            }
            else
            {
                writer.WriteFrame(WebSocketOpcode.Continuation, deflated.Written, isLast);
            }
        }
        finally
        {
            deflated.Release();
        }

        if (isLast && !_keepsContext)
        {
            WebSocketDeflatePool.Shared.Return(_deflater, _windowBits, _options.Level);
            _deflater = null;
        }

        return true;
    }

    /// <summary>Writes a prepared message compressed.</summary>
    /// <returns>False where it goes as it is.</returns>
    public bool TryWrite(WebSocketFrameWriter writer, WebSocketPreparedMessage message)
    {
        if (_windowBits != WebSocketDeflateParameters.MaxWindowBits || message.Frame.Payload.Length < _options.Threshold)
        {
            return false;
        }

        // What this connection deflated before is no longer what the peer's window ends with.
        _deflater?.Forget();
        writer.WriteFrame(message.Deflated);
        return true;
    }

    /// <summary>Frees the deflater: only one between two messages is fit for another connection, and without takeover there is none to free then.</summary>
    public void Dispose()
    {
        _deflater?.Dispose();
        _deflater = null;
    }
}
