using System.Net;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>WebSockets of the server whose peer is silent.</summary>
public sealed class ServeKeepAliveTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_silent_peer_is_pinged_and_then_dropped()
    {
        ManualTimeProvider time = new();
        await using WireServer server = await StartAsync(time, Interval);
        using RawClient client = await ConnectAsync(server);

        // Neither Pong nor anything else: half-open, as far as the server can see. A Ping of eight bytes is all it gets to the end, which may be a
        // reset.
        Assert.Equal("89080000000000000001", await AdvanceUntilAsync(time, client.ReadHexAsync(10)));
        Assert.True(await AdvanceUntilAsync(time, IsAtEndAsync(client)));
    }

    [Fact]
    public async Task Without_keep_alive_silence_is_let_be()
    {
        ManualTimeProvider time = new();
        await using WireServer server = await StartAsync(time, TimeSpan.Zero);
        using RawClient client = await ConnectAsync(server);
        time.Advance(1000 * Interval);
        await client.SendHexAsync("888200000000" + "03e8");
        client.EndSending();
        Assert.Equal("880203e8", await client.ReadHexToEndAsync());
    }

    private static Task<WireServer> StartAsync(ManualTimeProvider time, TimeSpan keepAlive)
        => WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Time = time, KeepAlive = keepAlive });

    /// <summary>Connects, and sees that the server waits for more: silence counts from then on.</summary>
    private static async Task<RawClient> ConnectAsync(WireServer server)
    {
        RawClient client = await RawClient.UpgradeAsync(server.EndPoint);
        await client.SendHexAsync("818000000000");
        Assert.Equal("8100", await client.ReadHexAsync(2));
        return client;
    }

    /// <summary>
    /// Lets time pass until something has come: while the output is busy, as it is with an echo for a moment, a Ping waits for the next look.
    /// </summary>
    private static async Task<T> AdvanceUntilAsync<T>(ManualTimeProvider time, Task<T> coming)
    {
        long started = Environment.TickCount64;
        while (!coming.IsCompleted)
        {
            Assert.True(Environment.TickCount64 - started < 60_000, "It hangs.");
            time.Advance(Interval / 2);
            await Task.Yield();
        }

        return await coming;
    }

    private static async Task<bool> IsAtEndAsync(RawClient client)
    {
        try
        {
            return await client.Stream.ReadAsync(new byte[1]) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
