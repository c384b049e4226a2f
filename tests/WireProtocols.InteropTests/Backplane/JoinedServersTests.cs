using WireProtocols.Benchmarks.Soak.Backplane;

namespace WireProtocols.InteropTests.Backplane;

/// <summary>Three <c>wire serve --backplane</c> as processes of their own, and clients over them that count what they have seen.</summary>
public class JoinedServersTests(ITestOutputHelper output)
{
    private const int Clients = 60;

    [Theory]
    [InlineData("redis")]
    [InlineData("nats")]
    public async Task Whatever_is_killed_or_stands_still_every_client_sees_everything_once(string kind)
    {
        await using BackplaneServer backplane = await StartAsync(kind);
        await using BackplaneFleet fleet = await BackplaneFleet.StartAsync(backplane.Url, 3, Clients, Clients);
        await fleet.SayAsync(50);

        output.WriteLine("The backplane is killed, and comes back.");
        await backplane.KillAsync();
        await fleet.SayAsync(50);
        await Task.WhenAll(fleet.Servers.Select(s => s.SaysAsync("The backplane is lost")));
        await backplane.TryStartAsync();
        await fleet.SaidAsync();

        output.WriteLine("A server stands still, and so does the backplane.");
        await fleet.Servers[0].StopAsync();
        await fleet.SayAsync(50);
        await fleet.Servers[0].ContinueAsync();
        await backplane.StopAsync();
        await fleet.SayAsync(50);
        await backplane.ContinueAsync();
        await fleet.SaidAsync();

        output.WriteLine("A server is killed; its clients go to the others.");
        await fleet.SayAsync(50);
        await fleet.KillAsync(fleet.Servers[2]);
        await fleet.SayAsync(50);
        Assert.Equal([], await fleet.JudgeAsync());
        output.WriteLine($"{fleet.Events} events, {fleet.Messages} messages, {fleet.Listeners.Sum(l => l.Moves)} moves");
        Assert.InRange(fleet.Listeners.Sum(l => l.Moves), Clients / 3, int.MaxValue);

        // Those of the one that is gone are counted no more, and the others drain.
        await fleet.PresenceAsync(fleet.Servers[0], "chat", Clients * 2 / 3);
        await fleet.PresenceAsync(fleet.Servers[1], "sse/soak", Clients);
        Assert.Equal(0, await fleet.Servers[1].EndAsync());
    }

    [Fact]
    public async Task A_redis_that_comes_back_with_nothing_is_told_to_every_stream()
    {
        await using BackplaneServer backplane = await StartAsync("redis", isDurable: false);
        await using BackplaneFleet fleet = await BackplaneFleet.StartAsync(backplane.Url, 3, Clients, Clients);
        await fleet.SayAsync(50);
        await fleet.SaidAsync();
        await Task.WhenAll(fleet.Listeners.Select(l => l.Seen.CameAsync(fleet.Events))).WaitAsync(TimeSpan.FromMinutes(1));
        await backplane.KillAsync();
        await Task.WhenAll(fleet.Servers.Select(s => s.SaysAsync("The backplane is lost")));
        await backplane.TryStartAsync();
        await fleet.SayAsync(1);
        await fleet.SaidAsync();

        // Each stream ends, since nobody knows what was lost, and comes back with an ID of the log that is no more.
        await Task.WhenAll(fleet.Servers.Select(s => fleet.PresenceAsync(s, "sse/soak", Clients)));
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (fleet.Listeners.Any(l => l.Gone == 0))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }

        Assert.All(fleet.Listeners, l => Assert.Equal(0, l.Seen.Twice));
    }

    private static async Task<BackplaneServer> StartAsync(string kind, bool isDurable = true)
    {
        BackplaneServer server = BackplaneServer.Create(kind, isDurable);
        Assert.SkipUnless(await server.TryStartAsync(), $"{server.Program} is not installed (Debian's package {server.Program}).");
        return server;
    }
}
