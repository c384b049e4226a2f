using System.Buffers;
using System.Text;

namespace WireProtocols.WebSockets;

/// <summary>
/// A whole message. One from <see cref="WebSocketConnection.ReceiveAsync(CancellationToken)"/> lies in pooled memory until it is disposed.
/// </summary>
public sealed class OwnedWebSocketMessage : IDisposable
{
    private readonly ReadOnlyMemory<byte> _payload;
    private byte[]? _pooled;
    private bool _isDisposed;

    internal OwnedWebSocketMessage(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, byte[]? pooled)
    {
        Opcode = opcode;
        _payload = payload;
        _pooled = pooled;
    }

    internal static OwnedWebSocketMessage Copy(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isPooled)
    {
        byte[]? pooled = isPooled && !payload.IsEmpty ? ArrayPool<byte>.Shared.Rent(payload.Length) : null;
        byte[] array = pooled ?? (payload.IsEmpty ? [] : new byte[payload.Length]);
        payload.CopyTo(array);
        return new OwnedWebSocketMessage(opcode, array.AsMemory(0, payload.Length), pooled);
    }

    /// <summary><see cref="WebSocketOpcode.Text"/> or <see cref="WebSocketOpcode.Binary"/>.</summary>
    public WebSocketOpcode Opcode { get; }

    /// <summary>The message; valid UTF-8 where it is text.</summary>
    /// <exception cref="ObjectDisposedException">The message is disposed: its memory may hold another one by now.</exception>
    public ReadOnlyMemory<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _payload;
        }
    }

    /// <summary>The message as a string.</summary>
    /// <exception cref="ObjectDisposedException">The message is disposed.</exception>
    public string GetText() => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>Gives pooled memory back. The message cannot be used from then on.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        if (Interlocked.Exchange(ref _pooled, null) is { } pooled)
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }
    }
}
