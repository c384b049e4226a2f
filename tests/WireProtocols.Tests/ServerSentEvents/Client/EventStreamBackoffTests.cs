using WireProtocols.Resume;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamBackoffTests
{
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(3000, 0, 3000)]
    [InlineData(3000, 1, 6000)]
    [InlineData(3000, 4, 48_000)]
    [InlineData(3000, 5, 60_000)]
    [InlineData(3000, int.MaxValue, 60_000)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 1000)]
    [InlineData(100, 2, 2000)]
    public void What_is_waited_on_top_doubles_up_to_the_cap(int reconnection, int failures, int most)
    {
        TimeSpan time = TimeSpan.FromMilliseconds(reconnection);
        Assert.Equal(time, EventStreamBackoff.Delay(time, failures, Cap, 0));
        Assert.Equal(time + TimeSpan.FromMilliseconds(most / 2.0), EventStreamBackoff.Delay(time, failures, Cap, 0.5));
    }

    [Fact]
    public void Random_numbers_lie_in_the_unit_interval_and_differ()
    {
        double[] numbers = [.. Enumerable.Range(0, 1000).Select(_ => ReconnectBackoff.DrawRandom())];
        Assert.All(numbers, n => Assert.InRange(n, 0, Math.BitDecrement(1)));
        Assert.Equal(1000, numbers.Distinct().Count());
        Assert.InRange(numbers.Average(), 0.4, 0.6);
    }
}
