using System.Buffers;
using System.Text;

namespace WireProtocols.WebSockets;

/// <summary>A whole message. One from <see cref="WebSocketConnection.ReceiveAsync(CancellationToken)"/> lies in pooled memory until it is disposed.</summary>
public sealed class OwnedWebSocketMessage : IDisposable
{
    private byte[]? _pooled;

    internal OwnedWebSocketMessage(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, byte[]? pooled)
    {
        Opcode = opcode;
        Payload = payload;
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
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>The message as a string.</summary>
    public string GetText() => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>Gives pooled memory back; <see cref="Payload"/> is empty from then on.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pooled, null) is { } pooled)
        {
            Payload = default;
            ArrayPool<byte>.Shared.Return(pooled);
        }
    }
}
