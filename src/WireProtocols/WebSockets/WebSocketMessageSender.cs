namespace WireProtocols.WebSockets;

/// <summary>A message that is sent piece by piece (RFC 6455 §5.4). Dispose it when it is complete: the next message waits for that.</summary>
public sealed class WebSocketMessageSender : IAsyncDisposable
{
    private readonly WebSocketConnection _connection;
    private readonly WebSocketOpcode _opcode;
    private Utf8Text _text;
    private bool _hasStarted;
    private bool _isComplete;
    private bool _isDisposed;

    internal WebSocketMessageSender(WebSocketConnection connection, WebSocketOpcode opcode)
    {
        _connection = connection;
        _opcode = opcode;
    }

    /// <summary>Sends the next piece, as a fragment of its own.</summary>
    /// <param name="piece">The bytes; a text may be cut anywhere, its whole has to be UTF-8.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="cancellationToken">Cancels the wait for the peer to read.</param>
    /// <exception cref="ArgumentException">The text is not UTF-8.</exception>
    /// <exception cref="InvalidOperationException">The message is complete.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece, bool isLast = false, CancellationToken cancellationToken = default)
    {
        if (_isComplete)
        {
            throw new InvalidOperationException("The message is complete.");
        }

        if (_opcode == WebSocketOpcode.Text && !_text.TryAdd(piece.Span, isLast))
        {
            throw new ArgumentException("The payload of a text message has to be UTF-8.", nameof(piece));
        }

        bool isFirst = !_hasStarted;
        _hasStarted = true;
        _isComplete = isLast;
        await _connection.SendPieceAsync(_opcode, piece, isFirst, isLast, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the message, with an empty last fragment where there was none, and lets the next one go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            if (_hasStarted && !_isComplete && _connection.State == WebSocketConnectionState.Open)
            {
                await WriteAsync(default, isLast: true).ConfigureAwait(false);
            }
        }
        finally
        {
            _connection.EndPieces();
        }
    }

    private struct Utf8Text
    {
        private Buffers.Utf8Validator _validator;

        public bool TryAdd(ReadOnlySpan<byte> piece, bool isLast)
        {
            System.Buffers.OperationStatus status = _validator.Validate(piece, out _);
            return status == System.Buffers.OperationStatus.Done || (status == System.Buffers.OperationStatus.NeedMoreData && !isLast);
        }
    }
}
