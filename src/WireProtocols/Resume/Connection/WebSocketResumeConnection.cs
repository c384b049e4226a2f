using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Resume;

/// <summary>The frames of a session as the messages of a WebSocket (wire-resume §5).</summary>
public sealed class WebSocketResumeConnection : IResumeConnection
{
    /// <summary>The subprotocol's name.</summary>
    public const string Subprotocol = "wire.resume.v1";

    private readonly WebSocketConnection _socket;

    /// <param name="socket">The WebSocket, whose <see cref="WebSocketConnection.Subprotocol"/> is <see cref="Subprotocol"/>. It is disposed with
    /// this.</param>
    /// <exception cref="ArgumentException">The subprotocol was not agreed to.</exception>
    public WebSocketResumeConnection(WebSocketConnection socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket.Subprotocol == Subprotocol ? socket : throw new ArgumentException($"{Subprotocol} was not agreed to.", nameof(socket));
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, bool flush, CancellationToken cancellationToken)
        => _socket.SendAsync(WebSocketOpcode.Binary, frame, flush, cancellationToken);

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken) => _socket.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> ReceiveAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
        => await _socket.ReceiveAsync(output, cancellationToken).ConfigureAwait(false) switch
        {
            null => false,
            WebSocketOpcode.Binary => true,
            _ => throw new ResumeProtocolException(ResumeProtocolError.NotBinary),
        };

    /// <inheritdoc/>
    public ValueTask CloseAsync(ResumeCloseReason reason) => _socket.CloseAsync(reason switch
    {
        ResumeCloseReason.GoingAway => WebSocketCloseCode.GoingAway,
        ResumeCloseReason.TakenOver => WebSocketCloseCode.PolicyViolation,
        ResumeCloseReason.Violation => WebSocketCloseCode.ProtocolError,
        ResumeCloseReason.Full => WebSocketCloseCode.TryAgainLater,
        ResumeCloseReason.Failed => WebSocketCloseCode.InternalError,
        _ => WebSocketCloseCode.NormalClosure,
    });

    /// <inheritdoc/>
    public void Abort() => _socket.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
