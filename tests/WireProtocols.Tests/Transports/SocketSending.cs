using System.Net.Sockets;

namespace WireProtocols.Tests.Transports;

/// <summary>Sends all of it.</summary>
internal static class SocketSending
{
    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
        }
    }
}
