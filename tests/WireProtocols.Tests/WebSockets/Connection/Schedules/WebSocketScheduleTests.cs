using WireProtocols.Fuzz.WebSockets.Schedules;

namespace WireProtocols.Tests.WebSockets.Schedules;

public class WebSocketScheduleTests
{
    /// <summary>A message is delivered whole and once, or not, under every interleaving of cancel, close and dispose.</summary>
    [Fact]
    public async Task Whatever_happens_when_a_message_is_whole_or_is_not_at_all()
    {
        ScheduleSettings settings = ScheduleSettings.Read();
        long received = 0;
        for (int round = 0; round < settings.Rounds; round++)
        {
            int seed = settings.Seed + round;
            try
            {
                await using ScheduleRound play = new(seed);
                await play.PlayAsync();
                received += play.Received;
            }
            catch (Exception exception)
            {
                Assert.Fail($"Round {round + 1} of {settings.Rounds}; WIREPROTOCOLS_SCHEDULES=1:{seed} repeats it. {exception}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"WIREPROTOCOLS_SCHEDULES={settings.Rounds}:{settings.Seed}: {received} messages received.");
        Assert.True(settings.Rounds < 100 || received > settings.Rounds / 4, "Hardly any message comes: the schedules test nothing.");
    }
}
