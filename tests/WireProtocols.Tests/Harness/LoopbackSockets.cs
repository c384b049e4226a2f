using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Tests.Harness;

/// <summary>Two ends of a TCP connection.</summary>
public static class LoopbackSockets
{
    public static async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        return (client, await listener.AcceptSocketAsync());
    }
}
