using System.Buffers;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>The relay's carrier against a socket that does what the test says.</summary>
public sealed class RelayCarrierSocketTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_came_with_the_first_message_is_there_though_nothing_comes_after_it()
    {
        ArrayBufferWriter<byte> bytes = new();
        new RelayMessage(RelayKind.Open, 1, 1200, 0).WriteTo(bytes, default);
        new RelayMessage(RelayKind.StreamEnd, 2, 0, 5).WriteTo(bytes, "hello"u8);
        (Socket peer, Socket socket) = await ConnectAsync();
        using (peer)
        {
            await peer.SendAsync(bytes.WrittenMemory);
            await using RelayCarrier? carrier = await RelayCarrier.OpenAsync(socket, CancellationToken.None);
            Assert.True(await carrier!.WaitToReadAsync().AsTask().WaitAsync(TooLong));
            Assert.True(carrier.TryRead(out QuicEvent item));
            Assert.Equal((2, 5, true), (item.StreamId, item.Data.Length, item.EndStream));
            peer.Shutdown(SocketShutdown.Both);
        }
    }

    [Fact]
    public async Task A_process_that_does_not_read_does_not_hold_the_end_up()
    {
        ArrayBufferWriter<byte> bytes = new();
        new RelayMessage(RelayKind.Open, 1, 1200, 0).WriteTo(bytes, default);
        (Socket peer, Socket socket) = await ConnectAsync();
        using (peer)
        {
            await peer.SendAsync(bytes.WrittenMemory);
            RelayCarrier? carrier = await RelayCarrier.OpenAsync(socket, CancellationToken.None);
            carrier!.SendStream(3, new byte[64 * 1024 * 1024], endStream: false);
            await carrier.DisposeAsync().AsTask().WaitAsync(TooLong);
        }
    }

    private static async Task<(Socket Peer, Socket Carrier)> ConnectAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket peer = new(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndpoint);
        return (peer, await listener.AcceptSocketAsync());
    }
}
