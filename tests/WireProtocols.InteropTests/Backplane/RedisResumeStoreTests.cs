using StackExchange.Redis;
using WireProtocols.Benchmarks.Soak.Backplane;
using WireProtocols.Benchmarks.Soak.Resume;
using WireProtocols.Redis;
using WireProtocols.Resume;

namespace WireProtocols.InteropTests.Backplane;

/// <summary>Sessions of wire.resume.v1 in Redis, with Debian's redis-server.</summary>
public class RedisResumeStoreTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Whoever_takes_a_session_has_it_and_the_former_holder_can_do_nothing()
    {
        await using Servers servers = await Servers.StartAsync();
        RedisResumeStore here = servers.Store(), there = servers.Store();
        IResumeLease first = (await here.CreateAsync(None))!;
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = first.Lost.Register(lost.SetResult);
        Assert.Equal(ResumeAppend.Taken, await first.AppendAsync(true, "a"u8.ToArray(), None));
        Assert.Equal(ResumeAcceptance.Taken, await first.AcceptAsync(1, None));
        IResumeLease second = (await there.TakeAsync(first.Id, None))!;
        Assert.Equal(ResumeAcceptance.Ended, await first.AcceptAsync(2, None));
        Assert.Equal(ResumeAppend.Ended, await first.AppendAsync(true, default, None));
        Assert.Equal(ResumeGoneReason.TakenOver, (await first.ResumeAsync(0, None)).Gone);
        Assert.Equal(0, await first.ReadAsync(0, new ResumeMessage[9], None));
        await first.EndAsync();
        await lost.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((1L, ResumeGoneReason.None), await second.ResumeAsync(0, None));
        Assert.Equal(ResumeAcceptance.Duplicate, await second.AcceptAsync(1, None));
        Assert.Equal(1, await second.ReadAsync(0, new ResumeMessage[9], None));
        Assert.False(second.Lost.IsCancellationRequested);
        Assert.Equal((0, 1), (here.Count, there.Count));
        await second.EndAsync();
        Assert.Null(await here.TakeAsync(first.Id, None));
        Assert.Equal(ResumeGoneReason.Session, (await second.ResumeAsync(0, None)).Gone);
    }

    [Fact]
    public async Task A_lease_that_another_node_takes_is_lost_without_being_asked()
    {
        await using Servers servers = await Servers.StartAsync();
        RedisResumeStore here = servers.Store(), there = servers.Store();
        IResumeLease first = (await here.CreateAsync(None))!;
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = first.Lost.Register(() => lost.TrySetResult());
        await there.TakeAsync(first.Id, None);
        await lost.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(ResumeFullPolicy.Wait)]
    [InlineData(ResumeFullPolicy.Fail)]
    [InlineData(ResumeFullPolicy.DropNewest)]
    [InlineData(ResumeFullPolicy.DropOldest)]
    public async Task A_session_in_Redis_is_one_in_memory(ResumeFullPolicy policy)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        ResumeSessionOptions bounds = new() { MaxPendingMessages = 4, MaxPendingBytes = 20, FullPolicy = policy };
        await using Servers servers = await Servers.StartAsync();
        using ResumeMemoryStore memory = new(new ResumeMemoryStoreOptions { Session = bounds });
        IResumeLease expected = (await memory.CreateAsync(None))!;
        IResumeLease actual = (await servers.Store(new RedisResumeStoreOptions { Session = bounds }).CreateAsync(None))!;
        for (int i = 0; i < 1000; i++)
        {
            int number = random.Next(0, 12) + (i / 100);
            switch (random.Next(6))
            {
                case 0 or 1:
                    byte[] payload = [.. Enumerable.Repeat((byte)i, random.Next(12))];
                    bool isText = random.Next(2) == 0;
                    Assert.Equal(await expected.AppendAsync(isText, payload, None), await actual.AppendAsync(isText, payload, None));
                    break;
                case 2:
                    Assert.Equal(await ReadAsync(expected, number), await ReadAsync(actual, number));
                    break;
                case 3:
                    Assert.Equal(await expected.AcknowledgeAsync(number, None), await actual.AcknowledgeAsync(number, None));
                    break;
                case 4:
                    Assert.Equal(await expected.AcceptAsync(number, None), await actual.AcceptAsync(number, None));
                    break;
                default:
                    Assert.Equal(await expected.ResumeAsync(number, None), await actual.ResumeAsync(number, None));
                    Assert.Equal(await expected.CountPendingAsync(None), await actual.CountPendingAsync(None));
                    break;
            }
        }
    }

    [Fact]
    public async Task Sessions_expire_are_counted_and_bounded()
    {
        await using Servers servers = await Servers.StartAsync();
        RedisResumeStoreOptions options = new() { Keep = TimeSpan.FromSeconds(1), MaxSessions = 2 };
        RedisResumeStore store = servers.Store(options);
        IResumeLease stays = (await store.CreateAsync(None))!;
        IResumeLease goes = (await store.CreateAsync(None))!;
        Assert.Null(await store.CreateAsync(None));
        await stays.SetConnectedAsync(true, None);
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = goes.Lost.Register(() => lost.TrySetResult());
        await lost.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Null(await store.TakeAsync(goes.Id, None));
        Assert.NotNull(await store.TakeAsync(stays.Id, None));
        Assert.NotNull(await store.CreateAsync(None));
    }

    [Fact]
    public async Task Nothing_is_lost_and_nothing_comes_twice_over_three_nodes()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await using Servers servers = await Servers.StartAsync();
        TroubleOptions options = new(Nodes: 3, Sessions: 5, Messages: 4000, Reconnects: 25, seed);
        using TroubleRun run = new(options, _ => servers.Store());
        await run.RunAsync(TimeSpan.FromMinutes(3));
        TroubleCounts counts = run.Counts;
        output.WriteLine($"{counts.Messages} messages, {counts.Connections} connections: {string.Join(' ', counts.Troubles)}");
        Assert.Equal((0L, 0L, 0L), (counts.Lost, counts.Twice, counts.Changed));
        Assert.Equal(2L * run.MessagesEach * options.Sessions, counts.Messages);
        Assert.True(counts.Connections > options.Sessions);
    }

    private static async Task<string> ReadAsync(IResumeLease lease, long after)
    {
        ResumeMessage[] messages = new ResumeMessage[3];
        try
        {
            int count = await lease.ReadAsync(after, messages, None);
            return string.Join(' ', messages[..count].Select(m => $"{m.Sequence}{m.IsText}{Convert.ToHexString(m.Payload.Span)}"));
        }
        catch (ArgumentOutOfRangeException)
        {
            return "never handed out";
        }
    }

    /// <summary>A server, and stores on connections of their own.</summary>
    private sealed class Servers : IAsyncDisposable
    {
        private readonly BackplaneServer _server;
        private readonly List<ConnectionMultiplexer> _connections = [];
        private readonly List<RedisResumeStore> _stores = [];

        private Servers(BackplaneServer server) => _server = server;

        public static async Task<Servers> StartAsync()
        {
            BackplaneServer server = BackplaneServer.Create("redis");
            Assert.SkipUnless(await server.TryStartAsync(), $"{server.Program} is not installed (Debian's package {server.Program}).");
            return new Servers(server);
        }

        public RedisResumeStore Store(RedisResumeStoreOptions? options = null)
        {
            _connections.Add(ConnectionMultiplexer.Connect(RedisUri.Parse(_server.Url)));
            _stores.Add(new RedisResumeStore(_connections[^1], options));
            return _stores[^1];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (RedisResumeStore store in _stores)
            {
                await store.DisposeAsync();
                await store.DisposeAsync();
            }

            foreach (ConnectionMultiplexer connection in _connections)
            {
                await connection.DisposeAsync();
            }

            await _server.DisposeAsync();
        }
    }
}
