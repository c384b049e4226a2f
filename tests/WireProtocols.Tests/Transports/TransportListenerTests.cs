using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.Buffers;
using WireProtocols.Tests.Harness;
using WireProtocols.Transports;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Transports;

/// <summary>Whole servers on a listener, on event loops and on sockets, under peers of every kind.</summary>
[Collection(Alone.Name)] // One of them weighs the memory of the process.
public sealed class TransportListenerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_thousand_clients_of_every_kind_are_served_at_once(bool useEventLoops)
    {
        const int Clients = 2000;
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        await using TransportListener listener = Start(AnyPort, EchoAsync, useEventLoops);
        using SemaphoreSlim places = new(500);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => RunAsync(new Random(seed + i)))).WaitAsync(Patience);

        async Task RunAsync(Random random)
        {
            await places.WaitAsync();
            try
            {
                await RunClientAsync(listener.LocalEndPoint, random);
            }
            finally
            {
                places.Release();
            }
        }
    }

    [Fact]
    public async Task A_loop_keeps_nothing_of_a_listener_that_is_disposed()
    {
        LoopSystem.SkipWhereNone();
        WeakReference server = await StartAndStopAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(server.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Task<WeakReference> StartAndStopAsync()
        {
            object server = new();
            TransportListener listener = Start(AnyPort, _ => Task.FromResult(server), useEventLoops: true);
            await listener.DisposeAsync();
            await listener.DisposeAsync();
            return new WeakReference(server);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_does_not_read_is_waited_for_and_nothing_of_its_echo_is_lost(bool useEventLoops)
    {
        await using TransportListener listener = Start(AnyPort, EchoAsync, useEventLoops);
        using Socket client = await ConnectAsync(listener.LocalEndPoint);
        const int Length = 32 * 1024 * 1024;
        Task sending = Task.Run(async () =>
        {
            byte[] piece = new byte[64 * 1024];
            for (int at = 0; at < Length; at += piece.Length)
            {
                Fill(piece, at);
                await client.SendAllAsync(piece);
            }

            client.Shutdown(SocketShutdown.Send);
        });

        // More than the buffers of both sockets hold is on its way, so the send waits until something is read.
        Assert.False(sending.IsCompleted);
        await ExpectAsync(client, Length);
        await sending.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_unix_socket_is_as_good(bool useEventLoops)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        UnixDomainSocketEndPoint endPoint = new(path);
        await using (TransportListener listener = Start(endPoint, EchoAsync, useEventLoops))
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => RunClientAsync(endPoint, new Random(i)))).WaitAsync(Patience);
        }

        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_ends_with_its_alert_and_the_end_of_the_stream(bool useEventLoops)
    {
        using X509Certificate2 certificate = CreateCertificate();
        SslServerAuthenticationOptions tls = new() { ServerCertificate = certificate };
        await using TransportListener listener = Start(AnyPort, EchoAsync, useEventLoops, tls);
        using (Socket silent = await ConnectAsync(listener.LocalEndPoint))
        {
            // Speaks no TLS: closed, and nobody else is bothered.
            await silent.SendAllAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            byte[] answer = new byte[100];
            while (await silent.ReceiveAsync(answer.AsMemory(), SocketFlags.None) > 0)
            {
            }
        }

        using Socket client = await ConnectAsync(listener.LocalEndPoint);
        await using SslStream session = new(new NetworkStream(client), false, (_, peer, _, _) => certificate.Equals(peer));
        await session.AuthenticateAsClientAsync("localhost");
        byte[] sent = new byte[300_000];
        Fill(sent, 0);
        byte[] received = new byte[sent.Length];
        Task sending = session.WriteAsync(sent).AsTask();
        await session.ReadExactlyAsync(received).AsTask().WaitAsync(Patience);
        await sending;
        Assert.Equal(sent, received);
        await session.ShutdownAsync();
        Assert.Equal(0, await session.ReadAsync(received).AsTask().WaitAsync(Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_throws_resets_its_own_connection_and_is_told_of(bool useEventLoops)
    {
        TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TransportListener listener = TransportListener.Start(
            AnyPort,
            ThrowAsync,
            new TransportListenerOptions { UseEventLoops = useEventLoops, HandlerFailed = e => failed.TrySetResult(e) });
        using Socket client = await ConnectAsync(listener.LocalEndPoint);
        await client.SendAllAsync(new byte[1]);
        SocketException cut = await Assert.ThrowsAsync<SocketException>(
            () => client.ReceiveAsync(new byte[1].AsMemory(), SocketFlags.None).AsTask().WaitAsync(Patience));
        Assert.Equal(SocketError.ConnectionReset, cut.SocketErrorCode);
        Assert.IsType<InvalidTimeZoneException>(await failed.Task.WaitAsync(Patience));

        static async Task ThrowAsync(IWireTransport transport)
        {
            await transport.Input.ReadAsync();
            throw new InvalidTimeZoneException("On purpose.");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WebSockets_in_one_room_hear_what_a_timer_and_each_other_say(bool useEventLoops)
    {
        const int Members = 100;
        const int Rounds = 20;
        WebSocketBroadcaster room = new();
        TaskCompletionSource full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TransportListener listener = Start(AnyPort, ServeAsync, useEventLoops);
        Uri uri = new($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint).Port}/");
        WebSocketConnection[] members = await Task.WhenAll(Enumerable.Range(0, Members).Select(_ => WebSocketClient.ConnectAsync(uri).AsTask()));
        await full.Task.WaitAsync(Patience);
        Task[] hearing = [.. members.Select(HearAsync)];
        for (int round = 0; round < Rounds; round++)
        {
            await Task.Run(() => room.PublishAsync(new WebSocketPreparedMessage(WebSocketOpcode.Text, "from a thread of the pool"u8)).AsTask());
            await members[round].SendTextAsync("from a member");
        }

        await Task.WhenAll(hearing).WaitAsync(Patience);
        await Task.WhenAll(members.Select(m => m.CloseAsync().AsTask())).WaitAsync(Patience);

        async Task ServeAsync(IWireTransport transport)
        {
            await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(transport);
            await using WebSocketSubscription member = room.Subscribe(connection!);
            if (room.Subscribers == Members)
            {
                full.TrySetResult();
            }

            while (await connection!.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    await room.PublishAsync(new WebSocketPreparedMessage(message.Opcode, message.Payload.Span));
                }
            }
        }

        static async Task HearAsync(WebSocketConnection member)
        {
            for (int i = 0; i < 2 * Rounds; i++)
            {
                using OwnedWebSocketMessage? message = await member.ReceiveAsync();
                Assert.NotNull(message);
            }
        }
    }

    [Fact]
    public async Task Connections_that_wait_hold_no_buffer()
    {
        LoopSystem.SkipWhereNone();
        const int Clients = 300;
        await using TransportListener listener = Start(AnyPort, EchoAsync, useEventLoops: true);
        List<Socket> clients = [];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        byte[] much = new byte[200_000];

        // One for all: a socket keeps hold of the last buffer that it received into.
        byte[] received = new byte[64 * 1024];
        for (int i = 0; i < Clients; i++)
        {
            Socket client = await ConnectAsync(listener.LocalEndPoint);
            clients.Add(client);
            Fill(much, 0);
            Task sending = client.SendAllAsync(much);
            await ExpectAsync(client, much.Length, received);
            await sending;
        }

        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        clients.ForEach(c => c.Dispose());

        // A buffer is 64 KiB; the pool keeps a few, whoever waits.
        Assert.True(held / Clients < 16 * 1024, $"{held / Clients} bytes a connection");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_that_leaves_bytes_to_a_peer_that_does_not_read_lets_go_of_it_in_time(bool useEventLoops)
    {
        await using TransportListener listener = TransportListener.Start(
            AnyPort,
            async transport =>
            {
                transport.Output.Write(new byte[16 * 1024 * 1024]);
                await transport.Output.FlushAsync();
            },
            new TransportListenerOptions { UseEventLoops = useEventLoops, MaxPending = long.MaxValue, CloseTimeout = TimeSpan.FromMilliseconds(50) });
        using Socket client = await ConnectAsync(listener.LocalEndPoint);

        // It reads nothing, until the connection is reset; then there is no clean end.
        await Assert.ThrowsAsync<SocketException>(() => SendUntilResetAsync(client).WaitAsync(Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_told_of_a_failure_and_throws_keeps_nobody_from_being_served(bool useEventLoops)
    {
        await using TransportListener listener = TransportListener.Start(
            AnyPort,
            async transport =>
            {
                await transport.Input.ReadAsync();
                throw new InvalidDataException("a handler's");
            },
            new TransportListenerOptions { UseEventLoops = useEventLoops, HandlerFailed = _ => throw new InvalidOperationException("a listener's") });
        for (int i = 0; i < 3; i++)
        {
            using Socket client = await ConnectAsync(listener.LocalEndPoint);
            await client.SendAllAsync("a"u8.ToArray());
            await Assert.ThrowsAsync<SocketException>(() => SendUntilResetAsync(client).WaitAsync(Patience));
        }
    }

    private static async Task SendUntilResetAsync(Socket client)
    {
        while (true)
        {
            await client.SendAllAsync("a"u8.ToArray());
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_listener_that_is_disposed_leaves_the_connections_alone()
    {
        TransportListener listener = Start(AnyPort, EchoAsync, useEventLoops: true);
        using Socket client = await ConnectAsync(listener.LocalEndPoint);
        await client.SendAllAsync("a"u8.ToArray());
        await ExpectByteAsync(client);
        await listener.DisposeAsync();
        await listener.DisposeAsync();
        await client.SendAllAsync("a"u8.ToArray());
        await ExpectByteAsync(client);
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(listener.LocalEndPoint));

        static async Task ExpectByteAsync(Socket client)
        {
            byte[] one = new byte[1];
            Assert.Equal(1, await client.ReceiveAsync(one.AsMemory(), SocketFlags.None).AsTask().WaitAsync(Patience));
        }
    }

    private static TransportListener Start(
        EndPoint endPoint, Func<IWireTransport, Task> handler, bool useEventLoops, SslServerAuthenticationOptions? tls = null)
    {
        TransportListenerOptions options = new() { UseEventLoops = useEventLoops, MaxPending = 32 * 1024, Tls = tls };
        TransportListener listener = TransportListener.Start(endPoint, handler, options);
        Assert.Equal(useEventLoops && EventLoopTransport.IsSupported, listener.UsesEventLoops);
        return listener;
    }

    private static async Task EchoAsync(IWireTransport transport)
    {
        try
        {
            ReadResult read;
            do
            {
                read = await transport.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                {
                    transport.Output.Write(piece.Span);
                }

                transport.Input.AdvanceTo(read.Buffer.End);
                await transport.Output.FlushAsync();
            }
            while (!read.IsCompleted);
        }
        catch (IOException)
        {
            // The peer is gone.
        }
    }

    /// <summary>Sends, in pieces, and expects it back; or leaves in one of the ways there are.</summary>
    private static async Task RunClientAsync(EndPoint endPoint, Random random)
    {
        using Socket client = await ConnectAsync(endPoint);
        int length = random.Next(3) == 0 ? random.Next(300_000) : random.Next(2000);
        byte[] bytes = new byte[length];
        Fill(bytes, 0);
        Task sending = SendAsync();
        switch (random.Next(5))
        {
            case 0:
                await sending;
                client.Close(timeout: 0);
                break;
            case 1:
                await sending;
                break;
            default:
                await ExpectAsync(client, length);
                await sending;
                break;
        }

        async Task SendAsync()
        {
            try
            {
                for (int at = 0; at < length;)
                {
                    int count = Math.Min(length - at, 1 + random.Next(40_000));
                    await client.SendAllAsync(bytes.AsMemory(at, count));
                    at += count;
                }

                client.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException) when (length > 0)
            {
                // It is not read any more.
            }
        }
    }

    /// <param name="client">Who receives.</param>
    /// <param name="length">How much there is to come.</param>
    /// <param name="into">Where it is received; null where the end is to come behind it too.</param>
    private static async Task ExpectAsync(Socket client, int length, byte[]? into = null)
    {
        byte[] buffer = into ?? new byte[64 * 1024];
        int at = 0;
        while (into is null || at < length)
        {
            int count = await client.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().WaitAsync(Patience);
            if (count == 0)
            {
                break;
            }

            for (int i = 0; i < count; i++)
            {
                Assert.True(buffer[i] == ByteAt(at), $"byte {at}");
                at++;
            }
        }

        Assert.Equal(length, at);
    }

    private static void Fill(Span<byte> bytes, int from)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = ByteAt(from + i);
        }
    }

    private static byte ByteAt(long index) => (byte)(index * 31 >> 3);

    private static async Task<Socket> ConnectAsync(EndPoint endPoint)
    {
        Socket client = new(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        await client.ConnectAsync(endPoint);
        return client;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
