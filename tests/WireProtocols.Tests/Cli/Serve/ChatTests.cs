using System.Net;
using System.Text;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>The chat against clients that send bytes.</summary>
public sealed class ChatTests : IAsyncLifetime
{
    private readonly StringWriter _log = new();
    private WireServer _server = null!;

    public async ValueTask InitializeAsync()
        => _server = await WireServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ServeSettings { Log = _log, ChatPatience = TimeSpan.FromMilliseconds(500) });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Equal("", _log.ToString());
    }

    [Fact]
    public async Task Every_text_message_reaches_all_in_one_order()
    {
        const int Count = 200;
        using RawClient one = await JoinAsync();
        using RawClient other = await JoinAsync();
        using RawClient listener = await JoinAsync();
        await Task.WhenAll(SendAsync(one, 'a'), SendAsync(other, 'b'));
        string heard = await listener.ReadHexAsync(2 * Count * 5);
        Assert.Equal(heard, await one.ReadHexAsync(2 * Count * 5));
        Assert.Equal(heard, await other.ReadHexAsync(2 * Count * 5));

        // Each sender's messages are in its own order.
        string[] texts = [.. heard.Chunk(10).Select(f => Encoding.ASCII.GetString(Convert.FromHexString(new string(f)[4..])))];
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"a{i % 100:00}"), texts.Where(t => t[0] == 'a'));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"b{i % 100:00}"), texts.Where(t => t[0] == 'b'));

        static async Task SendAsync(RawClient client, char name)
        {
            for (int i = 0; i < Count; i++)
            {
                await client.SendHexAsync("818300000000" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"{name}{i % 100:00}")));
            }
        }
    }

    [Fact]
    public async Task Each_member_gets_the_form_that_it_agreed_on()
    {
        using RawClient plain = await JoinAsync();
        using RawClient deflating = await RawClient.ConnectAsync(_server.EndPoint);
        await deflating.UpgradeAsync("/ws/chat", "permessage-deflate");
        await PingAsync(deflating);
        await plain.SendHexAsync("81fe012c00000000" + string.Concat(Enumerable.Repeat("41", 300)));
        Assert.Equal("817e012c" + string.Concat(Enumerable.Repeat("41", 300)), await plain.ReadHexAsync(304));
        Assert.Equal("c1", await deflating.ReadHexAsync(1));
        Assert.True(Convert.ToInt32(await deflating.ReadHexAsync(1), 16) < 20);
    }

    [Fact]
    public async Task Binary_is_refused()
    {
        using RawClient client = await JoinAsync();
        await client.SendHexAsync("828000000000");
        client.EndSending();
        Assert.Equal("03eb", (await client.ReadHexToEndAsync())[4..8]);
    }

    [Fact]
    public async Task A_member_that_does_not_read_is_dropped_and_told_why_and_the_others_go_on()
    {
        const int Length = 500_000;
        const int Count = 60;
        using RawClient slow = await JoinAsync();
        using RawClient talker = await JoinAsync();
        byte[] frame = [0x81, 0xFF, 0, 0, 0, 0, 0, 7, 0xA1, 0x20, 0, 0, 0, 0, .. Enumerable.Repeat((byte)'x', Length)];
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
            {
                await talker.Stream.WriteAsync(frame);
            }
        });
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal("817f000000000007a120", await talker.ReadHexAsync(10));
            await talker.ReadHexAsync(Length);
        }

        await sending;
        int received = 0;
        string start;
        for (start = await slow.ReadHexAsync(2); start == "817f"; start = await slow.ReadHexAsync(2))
        {
            await slow.ReadHexAsync(8 + Length);
            received++;
        }

        Assert.Equal("88", start[..2]);
        string close = await slow.ReadHexAsync(Convert.ToInt32(start[2..], 16));
        Assert.Equal("03f0", close[..4]);
        Assert.StartsWith("Too slow: ", Encoding.ASCII.GetString(Convert.FromHexString(close[4..])), StringComparison.Ordinal);
        Assert.True(received < Count);
        slow.EndSending();
    }

    [Fact]
    public async Task A_server_that_stops_says_goodbye_to_all()
    {
        using RawClient one = await JoinAsync();
        using RawClient other = await JoinAsync();
        Task stopping = _server.StopAsync();
        foreach (RawClient client in (RawClient[])[one, other])
        {
            Assert.Equal("03e9", (await client.ReadHexAsync(4))[4..]);
            await client.SendHexAsync("888200000000" + "03e9");
            client.EndSending();
        }

        await stopping;
    }

    private async Task<RawClient> JoinAsync()
    {
        RawClient client = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/chat");
        await PingAsync(client);
        return client;
    }

    /// <summary>Who is answered is a member.</summary>
    private static async Task PingAsync(RawClient client)
    {
        await client.SendHexAsync("898000000000");
        Assert.Equal("8a00", await client.ReadHexAsync(2));
    }
}
