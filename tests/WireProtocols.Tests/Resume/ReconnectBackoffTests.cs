using System.Globalization;
using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

public class ReconnectBackoffTests(ITestOutputHelper output)
{
    private const int Clients = 10_000;

    [Fact]
    public void A_server_that_asks_for_nothing_does_not_make_the_client_hurry()
    {
        ReconnectBackoff backoff = new(new ReconnectBackoffOptions { FirstDelay = TimeSpan.FromSeconds(1), Jitter = () => 0.5 });
        for (int i = 0; i < 3; i++)
        {
            backoff.Ask(TimeSpan.Zero, TimeSpan.Zero);
            Assert.Equal(TimeSpan.FromSeconds(0.5), backoff.TakeDelay());
        }

        backoff.Ask(TimeSpan.FromSeconds(2), TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(2), backoff.TakeDelay());
    }

    [Fact]
    public void The_upper_bound_doubles_and_is_capped_and_success_resets_it()
    {
        ReconnectBackoff backoff = new(new ReconnectBackoffOptions
        {
            FirstDelay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromSeconds(5),
            MaxAttempts = 4,
            Jitter = () => 0.5,
        });
        List<double> delays = [backoff.TakeDelay().TotalSeconds];
        for (int i = 0; i < 4; i++)
        {
            Assert.True(backoff.MayTryAgain);
            backoff.Note(succeeded: false);
            delays.Add(backoff.TakeDelay().TotalSeconds);
        }

        Assert.False(backoff.MayTryAgain);
        Assert.Equal([0.5, 0.5, 1, 2, 2.5], delays);
        backoff.Note(succeeded: true);
        Assert.Equal(0.5, backoff.TakeDelay().TotalSeconds);
    }

    [Fact]
    public void What_the_server_asks_for_comes_first_once_and_within_bounds()
    {
        ReconnectBackoff backoff = new(new ReconnectBackoffOptions { MaxAskedDelay = TimeSpan.FromSeconds(60), Jitter = () => 0.5 });
        backoff.Ask(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(20), backoff.TakeDelay());
        Assert.Equal(TimeSpan.FromSeconds(0.25), backoff.TakeDelay());
        backoff.Ask(TimeSpan.MaxValue, TimeSpan.MaxValue);
        Assert.Equal(TimeSpan.FromSeconds(90), backoff.TakeDelay());
        Assert.Throws<ArgumentOutOfRangeException>("window", () => backoff.Ask(TimeSpan.Zero, TimeSpan.FromTicks(-1)));
    }

    /// <summary>The herd: all clients lose the server in the same moment, in virtual time.</summary>
    [Fact]
    public void A_window_makes_the_herd_arrive_flat()
    {
        Random random = new(17);
        ReconnectBackoffOptions options = new() { Jitter = random.NextDouble };
        int[] alone = Arrivals(() => new ReconnectBackoff(options).TakeDelay());
        int[] asked = Arrivals(() =>
        {
            ReconnectBackoff backoff = new(options);
            backoff.Ask(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
            return backoff.TakeDelay();
        });
        output.WriteLine("second: with jitter alone, with RETRY 5 s + 60 s");
        for (int second = 0; second < asked.Length; second++)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{second,4}: {alone[second],6} {asked[second],6}"));
        }

        output.WriteLine($"most in a second: {alone.Max()}, {asked.Max()}");
        Assert.Equal(Clients, alone[0]);
        Assert.Equal((0, Clients), (asked.Take(5).Sum(), asked.Skip(5).Take(60).Sum()));
        Assert.InRange(asked.Max(), Clients / 60, Clients / 60 * 3 / 2);
    }

    private static int[] Arrivals(Func<TimeSpan> draw)
    {
        int[] seconds = new int[66];
        for (int i = 0; i < Clients; i++)
        {
            seconds[(int)draw().TotalSeconds]++;
        }

        return seconds;
    }
}
