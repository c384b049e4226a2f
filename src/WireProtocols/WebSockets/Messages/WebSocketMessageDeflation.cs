using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// The compressed side of a <see cref="WebSocketSender"/>: decides which messages are compressed, and writes those. Without context takeover the
/// deflater is only held inside a message.
/// </summary>
internal sealed class WebSocketMessageDeflation : IDisposable
{
    /// <summary>The most messages that are sent without a try; what a connection carries may change.</summary>
    private const int MaxSkip = 63;

    private readonly WebSocketPerMessageDeflateOptions _options;
    private readonly int _windowBits;
    private readonly bool _keepsContext;
    private WebSocketDeflater? _deflater;
    private bool _isCompressing;
    private int _messagesToSkip;
    private int _lastSkip;

    private WebSocketMessageDeflation(int windowBits, bool keepsContext, WebSocketPerMessageDeflateOptions options)
    {
        _windowBits = windowBits;
        _keepsContext = keepsContext;
        _options = options;
    }

    /// <summary>Null where nothing is compressed. zlib cannot keep to a window of 256 bytes; "an agreed extension may be left unused": such a sender
    /// sends its messages as they are.</summary>
    public static WebSocketMessageDeflation? Create(
        WebSocketDeflateParameters? deflate, WebSocketRole role, WebSocketPerMessageDeflateOptions? options)
        => deflate is not null && deflate.WindowBits(role) >= WebSocketDeflateParameters.MinDeflateWindowBits
            ? new(deflate.WindowBits(role), !deflate.NoContextTakeover(role), options ?? WebSocketPerMessageDeflateOptions.Default)
            : null;

    /// <summary>Writes a message, or a piece of one, compressed.</summary>
    /// <returns>False where it goes as it is: it is short, it does not shrink, or those before it did not.</returns>
    public bool TryWrite(WebSocketFrameWriter writer, WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isFirst, bool isLast)
    {
        if (isFirst)
        {
            _isCompressing = (!isLast || payload.Length >= _options.Threshold) && !SkipsMessage();
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
            bool isWorthIt = !(isFirst && isLast) || deflated.Length < payload.Length;
            if (isWorthIt)
            {
                writer.WriteFrame(
                    isFirst ? opcode : WebSocketOpcode.Continuation,
                    deflated.Written,
                    isLast,
                    isFirst ? WebSocketReservedBits.Rsv1 : WebSocketReservedBits.None);
            }

            NoteWorth(isWorthIt);
            return isWorthIt;
        }
        finally
        {
            deflated.Release();
            if (isLast && !_keepsContext)
            {
                WebSocketDeflatePool.Shared.Return(_deflater, _windowBits, _options.Level);
                _deflater = null;
            }
        }
    }

    /// <summary>Writes a prepared message compressed.</summary>
    /// <returns>False where it goes as it is.</returns>
    public bool TryWrite(WebSocketFrameWriter writer, WebSocketPreparedMessage message)
    {
        if (_windowBits != WebSocketDeflateParameters.MaxWindowBits || message.Frame.Payload.Length < _options.Threshold
            || message.Deflated is not { } deflated)
        {
            return false;
        }

        // What this connection deflated before is no longer what the peer's window ends with.
        _deflater?.Forget();
        writer.WriteFrame(deflated);
        return true;
    }

    /// <summary>
    /// Frees the deflater: only one between two messages is fit for another connection, and without takeover there is none to free then.
    /// </summary>
    public void Dispose()
    {
        _deflater?.Dispose();
        _deflater = null;
    }

    /// <summary>Whether a message is sent as it is without a try, since those before it did not shrink.</summary>
    private bool SkipsMessage()
    {
        if (_messagesToSkip == 0)
        {
            return false;
        }

        _messagesToSkip--;
        return true;
    }

    /// <summary>After each message in a row that did not shrink, twice as many are sent without a try, up to <see cref="MaxSkip"/>.</summary>
    private void NoteWorth(bool isWorthIt)
    {
        _lastSkip = isWorthIt ? 0 : Math.Min((2 * _lastSkip) + 1, MaxSkip);
        _messagesToSkip = _lastSkip;
        if (!isWorthIt)
        {
            // The peer never sees what was deflated, so nothing may refer to it.
            _deflater?.Forget();
        }
    }
}
