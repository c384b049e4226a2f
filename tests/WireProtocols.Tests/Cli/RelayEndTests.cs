using System.Buffers;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Cli;

/// <summary>The end of a relay: what was written before it arrives.</summary>
public class RelayEndTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The other process has said all it had to say, and closed its socket: that writing fails is no reason not to read it.</summary>
    [Fact]
    public async Task What_came_before_the_other_process_went_is_read()
    {
        (Socket peer, Socket socket) = await ConnectAsync();
        ArrayBufferWriter<byte> bytes = new();
        new RelayMessage(RelayKind.Open, 0, 1200, 0).WriteTo(bytes, default);
        await peer.SendAsync(bytes.WrittenMemory, Stop);
        await using RelayCarrier? carrier = await RelayCarrier.OpenAsync(socket, Stop);
        bytes.ResetWrittenCount();
        new RelayMessage(RelayKind.StreamEnd, 2, 0, 5).WriteTo(bytes, "hello"u8);
        new RelayMessage(RelayKind.Close, 0, 7, 3).WriteTo(bytes, "bye"u8);
        await peer.SendAsync(bytes.WrittenMemory, Stop);
        peer.Close();

        // The first fails at the other end, and the one behind it here; where nothing is written any more, there is room.
        for (int i = 0; i < 3; i++)
        {
            carrier!.SendStream(3, new byte[8 * 1024 * 1024], endStream: false);
            await carrier.FlushAsync(Stop);
        }

        Assert.True(await carrier!.WaitToReadAsync(Stop));
        Assert.True(carrier.TryRead(out QuicEvent stream));
        Assert.Equal((QuicEventKind.Stream, 2, 5, true), (stream.Kind, stream.StreamId, stream.Data.Length, stream.EndStream));
        Assert.True(await carrier.WaitToReadAsync(Stop));
        Assert.True(carrier.TryRead(out QuicEvent close));
        Assert.Equal((QuicEventKind.Close, 7, "bye"), (close.Kind, close.ErrorCode, close.Reason));
    }

    /// <summary>A process that reads is waited for, however slowly: each read here comes nine tenths of the patience after the one before.</summary>
    [Fact]
    public async Task What_was_written_before_the_end_arrives_at_a_slow_reader()
    {
        const int Step = 16 * 1024 * 1024;
        const int Size = 4 * Step;
        ManualTimeProvider time = new();
        (Socket peer, Socket socket) = await ConnectAsync();
        using RelayOutput output = new(socket, TimeSpan.FromSeconds(1), time);
        output.Send(RelayKind.Stream, 0, 0, new byte[Size]);
        Task ending = output.EndAsync();
        byte[] buffer = new byte[256 * 1024];
        long total = 0;
        for (long next = Step; total < Size;)
        {
            int length = await peer.ReceiveAsync(buffer, Stop);
            Assert.True(length > 0);
            total += length;
            if (total >= next)
            {
                // More has been read than the kernel holds: the writer has gone on since the last time.
                next += Step;
                time.Advance(TimeSpan.FromSeconds(0.9));
            }
        }

        await ending;
        peer.Dispose();
        socket.Dispose();
    }

    [Fact]
    public async Task A_reader_that_stands_still_is_not_waited_for()
    {
        ManualTimeProvider time = new();
        (Socket peer, Socket socket) = await ConnectAsync();
        using RelayOutput output = new(socket, TimeSpan.FromSeconds(1), time);
        output.Send(RelayKind.Stream, 0, 0, new byte[64 * 1024 * 1024]);
        Task ending = output.EndAsync();
        while (!ending.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1.1));
            await Task.Yield();
        }

        await ending;
        peer.Dispose();
        socket.Dispose();
    }

    private static async Task<(Socket Peer, Socket Socket)> ConnectAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket peer = new(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndpoint, Stop);
        return (peer, await listener.AcceptSocketAsync(Stop));
    }
}
