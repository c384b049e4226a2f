using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>msquic counts its connections and streams for the whole process, so nothing else may run beside this.</summary>
[CollectionDefinition(nameof(AloneWithMsQuic), DisableParallelization = true)]
public sealed class AloneWithMsQuic;

/// <summary>Connections that come and go in any order leave nothing behind: neither in msquic nor of what its callbacks are given.</summary>
[Collection(nameof(AloneWithMsQuic))]
public sealed class MsQuicHandleTests(ITestOutputHelper output)
{
    /// <summary>How many seconds this goes on, for a soak; one round of connections where it is not set.</summary>
    private const string Soak = "WIREPROTOCOLS_MSQUIC_SOAK";

    private const int AtOnce = 25;

    [Fact]
    public async Task Handles_are_released_under_every_order_of_events()
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        int seed = Environment.TickCount & 0xffffff;
        output.WriteLine($"seed {seed}");
        TimeSpan time = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable(Soak) ?? "0", CultureInfo.InvariantCulture));
        long begun = Stopwatch.GetTimestamp();
        long told = begun;
        int rounds = 0;
        do
        {
            await RunRoundAsync(seed + rounds++);
            if (Stopwatch.GetElapsedTime(told) > time / 10)
            {
                told = Stopwatch.GetTimestamp();
                await WaitUntilNothingIsLeftAsync(seed + rounds);
                output.WriteLine(Describe(rounds));
            }
        }
        while (Stopwatch.GetElapsedTime(begun) < time);
        await WaitUntilNothingIsLeftAsync(seed);
    }

    [Fact]
    public async Task What_nobody_has_read_keeps_nothing_alive()
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        IReadOnlyList<WeakReference> carriers = await LeaveUnreadAsync();
        await WaitUntilNothingIsLeftAsync(seed: 0);
        await WaitUntilCollectedAsync(carriers);
    }

    /// <summary>Data and the end of streams wait, and one event is lent, when both ends are let go.</summary>
    private static async Task<IReadOnlyList<WeakReference>> LeaveUnreadAsync()
    {
        await using MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), TestCertificate.Value);
        MsQuicCarrier client = await MsQuicCarrier.ConnectAsync("127.0.0.1", listener.LocalEndPoint.Port, Options(drain: 0));
        MsQuicCarrier server = await AcceptAsync(listener);
        for (int i = 0; i < 20; i++)
        {
            client.SendStream(4 * i, new byte[100_000], endStream: i % 2 == 0);
            server.SendStream((4 * i) + 3, new byte[1000], endStream: i % 2 == 0);
        }

        Assert.True(await server.WaitToReadAsync());
        Assert.True(await client.WaitToReadAsync());
        Assert.True(client.TryRead(out _));
        await client.DisposeAsync();
        await server.DisposeAsync();
        return [new WeakReference(client), new WeakReference(server)];
    }

    private static async Task RunRoundAsync(int seed)
    {
        await using MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), TestCertificate.Value);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => RunClientAsync(listener, new Random((seed * AtOnce) + i))));
    }

    private static async Task RunClientAsync(MsQuicListener listener, Random random)
    {
        MsQuicClientOptions options = Options(random.Next(50));
        using CancellationTokenSource patience = new();
        if (random.Next(8) == 0)
        {
            // Given up in the middle of the handshake, or a little after it.
            patience.CancelAfter(random.Next(5));
        }

        MsQuicCarrier client;
        try
        {
            client = await MsQuicCarrier.ConnectAsync("127.0.0.1", listener.LocalEndPoint.Port, options, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await using MsQuicCarrier clientEnd = client;
        Lock clientGate = new();
        Task reading = ReadAsync(client, clientGate, new Random(random.Next()));
        if (random.Next(8) != 0)
        {
            // Whichever comes first: it need not be this client's.
            await using MsQuicCarrier server = await AcceptAsync(listener);
            Lock serverGate = new();
            Task serving = ReadAsync(server, serverGate, new Random(random.Next()));
            await Task.WhenAll(
                ActAsync(client, clientGate, new Random(random.Next()), 0), ActAsync(server, serverGate, new Random(random.Next()), 1));
            await (random.Next(2) == 0 ? client : server).DisposeAsync();
            await server.DisposeAsync();
            await serving;
        }

        await client.DisposeAsync();
        await reading;
    }

    private static MsQuicClientOptions Options(int drain) => new()
    {
        ServerCertificateHashes = [SHA256.HashData(TestCertificate.Value.RawData)],
        Carrier = new QuicCarrierOptions { DrainTimeout = TimeSpan.FromMilliseconds(drain) },
    };

    private static async Task<MsQuicCarrier> AcceptAsync(MsQuicListener listener)
    {
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
            return await listener.AcceptAsync(patience.Token);
        }
        catch (ChannelClosedException)
        {
            Assert.Fail("The listener is closed.");
            throw;
        }
    }

    private static async Task ReadAsync(MsQuicCarrier carrier, Lock gate, Random random)
    {
        // Some do not read to the end.
        for (int reads = random.Next(4) == 0 ? random.Next(20) : int.MaxValue; reads > 0 && await carrier.WaitToReadAsync(); reads--)
        {
            while (carrier.TryRead(out QuicEvent item))
            {
                if (random.Next(4) == 0 && item.Kind == QuicEventKind.Stream)
                {
                    lock (gate)
                    {
                        carrier.SendStream(item.StreamId, item.Data.Span, item.EndStream);
                    }
                }
            }
        }
    }

    private static async Task ActAsync(MsQuicCarrier carrier, Lock gate, Random random, int side)
    {
        int bidirectional = 0, unidirectional = 0;
        for (int i = random.Next(40); i > 0; i--)
        {
            long known = (4L * random.Next(Math.Max(1, bidirectional))) + side;
            lock (gate)
            {
                switch (random.Next(10))
                {
                    case 0 or 1 or 2:
                        carrier.SendStream((4L * bidirectional++) + side, new byte[random.Next(100_000)], random.Next(2) == 0);
                        break;
                    case 3:
                        carrier.SendStream((4L * unidirectional++) + 2 + side, new byte[random.Next(1000)], random.Next(2) == 0);
                        break;
                    case 4:
                        carrier.ResetStream(known, 1, random.Next(2) * random.Next(1000));
                        break;
                    case 5:
                        carrier.StopSending(known, 2);
                        break;
                    case 6:
                        carrier.SetReceiving(known, random.Next(2) == 0);
                        break;
                    case 7:
                        carrier.SendDatagram(new byte[random.Next(1200)]);
                        break;
                    case 8 when random.Next(10) == 0:
                        carrier.Close(3, "enough");
                        break;
                    default:
                        break;
                }
            }

            await Task.Yield();
        }
    }

    /// <summary>The last events of a connection come a moment after its end.</summary>
    private static async Task WaitUntilNothingIsLeftAsync(int seed)
    {
        (long Connections, long Streams) left = default;
        for (int i = 0; i < 3000; i++)
        {
            left = MsQuicApi.Get().CountActive();
            if (left == default && NativeBlock.Count == 0 && NativeHandle.Count == 0)
            {
                return;
            }

            await Task.Delay(10);
        }

        Assert.Fail($"seed {seed}: {left.Connections} connections, {left.Streams} streams, {NativeHandle.Count} handles and {NativeBlock.Count} "
            + "blocks are left");
    }

    /// <summary>Nothing outside of the managed heap refers to them any more.</summary>
    private static async Task WaitUntilCollectedAsync(IReadOnlyList<WeakReference> carriers)
    {
        for (int i = 0; i < 3000 && carriers.Any(c => c.IsAlive); i++)
        {
            GC.Collect();
            await Task.Delay(10);
        }

        Assert.DoesNotContain(carriers, c => c.IsAlive);
    }

    private static string Describe(int rounds)
    {
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        int files = Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : self.HandleCount;
        return $"{rounds * AtOnce} connections: heap {GC.GetTotalMemory(true) >> 10} KiB, process {self.WorkingSet64 >> 20} MiB, {files} handles";
    }
}
