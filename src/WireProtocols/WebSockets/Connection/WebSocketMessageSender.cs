using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// A message that is sent piece by piece (RFC 6455 §5.4). The next message waits until this one is disposed. A message ends with a last piece or
/// with <see cref="CompleteAsync"/>; one that is disposed before that cannot be taken back, so it closes the connection: the peer never takes a
/// part of a message for the whole.
/// </summary>
public sealed class WebSocketMessageSender : IAsyncDisposable
{
    private readonly WebSocketSender _sender;
    private readonly WebSocketClosing _closing;
    private readonly WebSocketOpcode _opcode;
    private Utf8Validator _text;
    private bool _hasStarted;
    private bool _isComplete;
    private bool _isDisposed;

    internal WebSocketMessageSender(WebSocketSender sender, WebSocketClosing closing, WebSocketOpcode opcode)
    {
        _sender = sender;
        _closing = closing;
        _opcode = opcode;
    }

    /// <summary>Bytes of the message that are in the pipe: after a write that was cancelled, it says whether the piece was taken.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Sends the next piece, as a fragment of its own.</summary>
    /// <param name="piece">The bytes; a text may be cut anywhere, its whole has to be UTF-8.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="flush">False leaves the piece in the pipe, as in
    /// <see cref="WebSocketConnection.SendAsync(WebSocketOpcode, ReadOnlyMemory{byte}, bool, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Cancels the wait for the peer to read. <see cref="BytesWritten"/> says whether the piece is under way.</param>
    /// <exception cref="ArgumentException">The text is not UTF-8.</exception>
    /// <exception cref="InvalidOperationException">The message is complete.</exception>
    /// <exception cref="ObjectDisposedException">The sender is disposed.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public async ValueTask WriteAsync(
        ReadOnlyMemory<byte> piece, bool isLast = false, bool flush = true, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
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
        if (piece.IsEmpty && !isLast)
        {
            return;
        }

        // The piece is in the pipe then: whatever becomes of the wait for its flush, the next one follows on it.
        void Accept()
        {
            _text = text;
            _hasStarted = true;
            _isComplete = isLast;
            BytesWritten += piece.Length;
        }

        WebSocketPiece next = new(_opcode, piece, IsFirst: !_hasStarted, isLast);
        if (!await _sender.SendPieceAsync(next, Accept, flush, cancellationToken).ConfigureAwait(false))
        {
            throw _closing.State.ToException();
        }
    }

    /// <summary>Ends the message, with an empty last fragment; nothing where it has ended.</summary>
    /// <param name="cancellationToken">Cancels the wait for the peer to read.</param>
    /// <exception cref="ArgumentException">The text ends inside a character.</exception>
    /// <exception cref="ObjectDisposedException">The sender is disposed.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask CompleteAsync(CancellationToken cancellationToken = default)
        => _isComplete ? default : WriteAsync(default, isLast: true, flush: true, cancellationToken);

    /// <summary>Lets the next message go. A message that has begun and not ended closes the connection with
    /// <see cref="WebSocketCloseCode.InternalError"/>.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            if (_hasStarted && !_isComplete && _closing.State.IsOpen)
            {
                _closing.Fail(WebSocketCloseCode.InternalError, "A message was left unfinished.");
            }

            _sender.ExitTurn();
        }

        return default;
    }
}
