using System.Net;
using StackExchange.Redis;
using WireProtocols.Backplane;
using WireProtocols.Benchmarks.Soak.Backplane;
using WireProtocols.Redis;
using WireProtocols.Tests.Backplane;

namespace WireProtocols.InteropTests.Backplane;

/// <summary>The backplane on Redis, with Debian's redis-server.</summary>
public class RedisBackplaneTests : BackplaneFacts
{
    protected override BackplaneServer CreateServer(bool isDurable) => BackplaneServer.Create("redis", isDurable);

    protected override IBackplane Connect(BackplaneServer server, int maxMessages = 10_000)
        => new RedisBackplane(server.Url, new RedisBackplaneOptions { MaxMessages = maxMessages });

    [Fact]
    public async Task Connections_that_are_cut_again_and_again_cost_nothing()
    {
        await using BackplaneServer server = await StartAsync();
        RunningNode[] nodes = await NodesAsync(server, new BackplaneTopicOptions());
        await using ConnectionMultiplexer admin = await ConnectAsync(server);
        List<Task> publishing = [];
        for (int round = 0; round < 20; round++)
        {
            publishing.Add(PublishAsync(nodes, 50 * round, 50));
            await admin.GetServers()[0].ExecuteAsync("CLIENT", "KILL", "TYPE", round % 2 == 0 ? "pubsub" : "normal", "SKIPME", "yes");
        }

        await Task.WhenAll(publishing).WaitAsync(RunningNode.Patience);
        await CameAsync(nodes, 1000);
        Assert.All(nodes, n => Assert.Empty(n.Missed));
        Assert.All(nodes, n => Assert.Equal(nodes[0].Positions, n.Positions));
        await EndAsync(nodes);
    }

    [Fact]
    public async Task The_log_is_bounded_in_bytes_and_in_age_and_the_topic_expires()
    {
        await using BackplaneServer server = await StartAsync();
        RedisBackplaneOptions options = new()
        {
            MaxBytes = 1000,
            MaxAge = TimeSpan.FromMinutes(5),
            TopicExpiry = TimeSpan.FromMinutes(10),
            Prefix = "mine:",
        };
        await using RedisBackplane backplane = new(server.Url, options);
        await using BackplaneNode node = new(backplane);
        BackplaneTopic topic = node.Open("t", (_, _) => default);
        await topic.WaitUntilOpenAsync().WaitAsync(RunningNode.Patience);
        for (int i = 0; i < 20; i++)
        {
            await topic.PublishAsync(new byte[200]);
        }

        await using ConnectionMultiplexer admin = await ConnectAsync(server);
        IDatabase database = admin.GetDatabase();
        Assert.Equal(4, await database.StreamLengthAsync("mine:{t}:log"));
        Assert.Equal(4 * 216, (int)await database.HashGetAsync("mine:{t}:head", "bytes"));
        Assert.InRange((await database.KeyTimeToLiveAsync("mine:{t}:log"))!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        foreach (string part in new[] { "head", "publishers" })
        {
            Assert.InRange((await database.KeyTimeToLiveAsync($"mine:{{t}}:{part}"))!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        }

        // As if it had been written long ago.
        await database.ExecuteAsync("XADD", "mine:{old}:log", "5-1", "t", "1", "r", "x");
        await database.HashSetAsync("mine:{old}:head", [new("epoch", 5), new("sequence", 1), new("bytes", 1)]);
        BackplanePage page = await backplane.ReadAsync("old", new BackplanePosition(5, 0), 10, default);
        Assert.Empty(page.Entries);
        Assert.True(page.IsGone);

        // What is not so old behind it is there, however few are read at a time.
        string now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await database.ExecuteAsync("XADD", "mine:{old}:log", "5-2", "t", now, "r", "y");
        await database.HashSetAsync("mine:{old}:head", [new("sequence", 2)]);
        page = await backplane.ReadAsync("old", new BackplanePosition(5, 0), 1, default);
        Assert.Equal(new BackplanePosition(5, 2), Assert.Single(page.Entries).Position);
        Assert.True(page.IsGone);
    }

    [Theory]
    [InlineData("redis://h", "h:6379", null, null, false, null)]
    [InlineData("rediss://u:p%40@h:1/3", "h:1", "u", "p@", true, 3)]
    [InlineData("redis://:p@h", "h:6379", null, "p", false, null)]
    [InlineData("h:7,password=p", "h:7", null, "p", false, null)]
    public void A_server_is_named_by_a_uri_or_as_the_client_has_it(
        string configuration, string endPoint, string? user, string? password, bool isTls, int? database)
    {
        ConfigurationOptions options = RedisUri.Parse(configuration);
        DnsEndPoint server = Assert.IsType<DnsEndPoint>(Assert.Single(options.EndPoints));
        Assert.Equal(endPoint, $"{server.Host}:{server.Port}");
        Assert.Equal((user, password, isTls, database), (options.User, options.Password, options.Ssl, options.DefaultDatabase));
    }

    [Theory]
    [InlineData("http://h")]
    [InlineData("redis://")]
    [InlineData("redis://h/x")]
    public void Anything_else_is_refused(string configuration) => Assert.ThrowsAny<ArgumentException>(() => RedisUri.Parse(configuration));

    [Theory]
    [InlineData("5-1 x", true)]
    [InlineData("5-1 ", true)]
    [InlineData("5-1", false)]
    [InlineData("0-1 x", false)]
    [InlineData("5-0 x", false)]
    [InlineData("-1 x", false)]
    [InlineData("5--1 x", false)]
    [InlineData("", false)]
    public void What_is_told_is_read_strictly(string message, bool isOne)
        => Assert.Equal(isOne, RedisTopicKeys.TryParse(System.Text.Encoding.UTF8.GetBytes(message), out _));

    private static Task<ConnectionMultiplexer> ConnectAsync(BackplaneServer server)
    {
        ConfigurationOptions options = RedisUri.Parse(server.Url);
        options.AllowAdmin = true;
        return ConnectionMultiplexer.ConnectAsync(options);
    }
}
