using WireProtocols.Benchmarks.Soak.Resume;

namespace WireProtocols.Tests.Resume;

/// <summary>The smaller form of <c>soak --resume</c>.</summary>
public class ExactlyOnceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Nothing_is_lost_and_nothing_comes_twice_whatever_ends_connections(int nodes)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        TroubleOptions options = new(nodes, Sessions: 10, Messages: 20_000, Reconnects: 50, seed);
        using TroubleRun run = new(options);
        await run.RunAsync(RawResumePeer.Patience * 3);
        TroubleCounts counts = run.Counts;
        output.WriteLine($"{counts.Messages} messages, {counts.Connections} connections: {string.Join(' ', counts.Troubles)}");
        Assert.Equal((0L, 0L, 0L), (counts.Lost, counts.Twice, counts.Changed));
        Assert.Equal(2L * run.MessagesEach * options.Sessions, counts.Messages);
        Assert.All(counts.Troubles, count => Assert.NotEqual(0, count));
        Assert.True(counts.Connections > options.Sessions);
    }
}
