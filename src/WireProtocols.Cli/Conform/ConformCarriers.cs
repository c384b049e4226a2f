using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Conform;

/// <summary>QUIC connections that another process makes: a TCP connection to it is one to the server that it was told of.</summary>
internal static class ConformCarriers
{
    public static Func<Uri, CancellationToken, ValueTask<IQuicCarrier>> At(int port) => async (_, stop) =>
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"there is no carrier at port {port}: {exception.Message}", exception);
        }

        return await RelayCarrier.OpenAsync(socket, stop)
            ?? throw new IOException($"the carrier at port {port} did not say that it has a QUIC connection");
    };
}
