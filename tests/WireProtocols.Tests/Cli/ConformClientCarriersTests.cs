using System.Buffers;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.Conform;
using WireProtocols.Cli.IO;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Cli;

/// <summary>Connections of WebTransport clients that come too late, or say nothing.</summary>
public class ConformClientCarriersTests
{
    private const int DatagramSize = 1234;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The next client is taken, and not one of the case before.</summary>
    [Fact]
    public async Task Who_comes_after_the_client_of_a_case_was_ended_is_hung_up_on()
    {
        await using ConformClientCarriers carriers = ConformClientCarriers.Listen(0, "exit 0");
        Task<IQuicCarrier> accepting = carriers.AcceptAsync(carriers.Url, Stop).AsTask();
        using Socket first = await ConnectAsync(carriers.Url.Port);
        using Socket late = await ConnectAsync(carriers.Url.Port);
        await SayOpenAsync(first);
        IQuicCarrier carrier = await accepting;
        first.Dispose();
        await carrier.DisposeAsync();

        accepting = carriers.AcceptAsync(carriers.Url, Stop).AsTask();
        Assert.Equal(0, await ReceiveAsync(late));
        using Socket next = await ConnectAsync(carriers.Url.Port);
        await SayOpenAsync(next);
        carrier = await accepting;
        next.Dispose();
        await carrier.DisposeAsync();
        Assert.Equal(DatagramSize, carrier.MaxDatagramSize);
    }

    /// <summary>Clients that come by themselves come when they like.</summary>
    [Fact]
    public async Task Who_comes_by_himself_waits_for_his_case()
    {
        await using ConformClientCarriers carriers = ConformClientCarriers.Listen(0, null);
        using Socket early = await ConnectAsync(carriers.Url.Port);
        await SayOpenAsync(early);
        IQuicCarrier carrier = await carriers.AcceptAsync(carriers.Url, Stop);
        early.Dispose();
        await carrier.DisposeAsync();
        Assert.Equal(DatagramSize, carrier.MaxDatagramSize);
    }

    [Fact]
    public async Task Who_says_nothing_in_time_is_hung_up_on()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using Socket silent = await ConnectAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        using Socket accepted = await listener.AcceptSocketAsync(Stop);
        using CancellationTokenSource late = new();
        Task<RelayCarrier?> opening = RelayCarrier.OpenAsync(accepted, late.Token);
        await late.CancelAsync();
        Assert.Equal(0, await ReceiveAsync(silent));
        silent.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Stop);
        return socket;
    }

    private static async Task SayOpenAsync(Socket socket)
    {
        ArrayBufferWriter<byte> message = new();
        new RelayMessage(RelayKind.Open, 0, DatagramSize, 0).WriteTo(message, default);
        await socket.SendAsync(message.WrittenMemory, Stop);
    }

    private static async Task<int> ReceiveAsync(Socket socket)
        => await socket.ReceiveAsync(new byte[16], Stop).AsTask().WaitAsync(Long, Stop);
}
