using System.Net.Security;
using System.Net.Sockets;

namespace WireProtocols.Conformance;

/// <summary>A socket, with TLS over it or without.</summary>
internal sealed class RawSocket(Socket socket, SslStream? secure = null) : IRawTransport
{
    private readonly SecureReader? _secure = secure is null ? null : new SecureReader(secure);

    public bool HasEnded => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
        => _secure is null ? socket.ReceiveAsync(buffer, stop) : _secure.ReadAsync(buffer, stop);

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        if (_secure is null)
        {
            return await socket.SendAsync(bytes, stop);
        }

        await _secure.Stream.WriteAsync(bytes, stop);
        return bytes.Length;
    }

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    public void Abort()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
