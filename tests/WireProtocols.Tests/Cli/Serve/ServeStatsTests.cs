using System.Net;
using System.Text.RegularExpressions;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary><c>serve --stats</c>. Other tests' connections are counted too, since a meter is the whole process's.</summary>
public sealed class ServeStatsTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_line_of_counts_is_printed_every_period()
    {
        ManualTimeProvider time = new();
        using StringWriter log = new();
        ServeSettings settings = new() { Time = time, Log = log };
        using ServeStats? stats = ServeStats.Start(Period, settings);
        await using WireServer server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), settings);
        using RawClient client = await RawClient.UpgradeAsync(server.EndPoint);
        await client.SendHexAsync("818100000000" + "41");
        Assert.Equal("810141", await client.ReadHexAsync(3));
        time.Advance(Period / 2);
        Assert.Equal("", log.ToString());
        time.Advance(Period / 2);
        Match line = Regex.Match(
            log.ToString(),
            "^stats connections=-?[0-9]+ received=([0-9]+) sent=([0-9]+) closed=[0-9]+ lost=[0-9]+ heap=[0-9]+ resident=[0-9]+ handles=([0-9]+) "
                + "threads=[0-9]+\r?\n$");
        Assert.True(line.Success, log.ToString());
        Assert.All([1, 2, 3], group => Assert.True(long.Parse(line.Groups[group].Value) > 0));
        await client.SendHexAsync("888200000000" + "03e8");
        client.EndSending();
        Assert.Equal("880203e8", await client.ReadHexToEndAsync());
        time.Advance(Period);
        Assert.Equal(2, log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Nobody_asking_nothing_is_counted() => Assert.Null(ServeStats.Start(TimeSpan.Zero, new ServeSettings()));
}
