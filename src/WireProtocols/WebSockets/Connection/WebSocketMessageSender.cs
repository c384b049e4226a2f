using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>A message that is sent piece by piece (RFC 6455 §5.4). Dispose it when it is complete: the next message waits for that.</summary>
public sealed class WebSocketMessageSender : IAsyncDisposable
{
    private readonly WebSocketConnection _connection;
    private readonly WebSocketOpcode _opcode;
    private Utf8Validator _text;
    private bool _isComplete;
    private bool _isDisposed;

    internal WebSocketMessageSender(WebSocketConnection connection, WebSocketOpcode opcode)
    {
        _connection = connection;
        _opcode = opcode;
    }

    internal WebSocketOpcode Opcode => _opcode;

    internal bool HasStarted { get; private set; }

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

        Utf8Validator text = _text;
        if (_opcode == WebSocketOpcode.Text
            && text.Validate(piece.Span, out _) is var status
            && (status == OperationStatus.InvalidData || (isLast && status != OperationStatus.Done)))
        {
            throw new ArgumentException("The payload of a text message has to be UTF-8.", nameof(piece));
        }

        // An empty fragment that ends nothing says nothing, and peers count them.
        if (!piece.IsEmpty || isLast)
        {
            await _connection.SendPieceAsync(this, piece, isLast, text, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The piece is in the pipe: whatever becomes of the wait for its flush, the next one follows on it.</summary>
    internal void Accept(in Utf8Validator text, bool isLast)
    {
        _text = text;
        HasStarted = true;
        _isComplete = isLast;
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
            if (HasStarted && !_isComplete && _connection.State == WebSocketConnectionState.Open)
            {
                await WriteAsync(default, isLast: true).ConfigureAwait(false);
            }
        }
        finally
        {
            _connection.EndPieces();
        }
    }
}
