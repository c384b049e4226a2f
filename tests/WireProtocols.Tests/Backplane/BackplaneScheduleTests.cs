using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>Nodes over networks that do everything wrong, for as long as the seed says. Nothing is lost and nothing comes twice.</summary>
public class BackplaneScheduleTests(ITestOutputHelper output)
{
    private const int Rounds = 20;
    private const int Messages = 120;

    [Theory]
    [InlineData(BackplaneLossPolicy.Hold)]
    [InlineData(BackplaneLossPolicy.DeliverLocally)]
    public async Task Whatever_the_network_does_every_node_receives_every_message_once(BackplaneLossPolicy policy)
    {
        int first = Random.Shared.Next();
        for (int seed = first; seed < first + Rounds; seed++)
        {
            output.WriteLine($"seed {seed}, {policy}");
            await RunAsync(seed, policy);
        }
    }

    private static async Task RunAsync(int seed, BackplaneLossPolicy policy)
    {
        Random random = new(seed);
        MemoryBackplaneLog log = new();
        BackplaneTopicOptions options = new() { LossPolicy = policy, MaxUnreadEntries = random.Next(1, 20) };
        FaultyBackplane[] networks = [.. Enumerable.Range(0, 3).Select(i => new FaultyBackplane(new MemoryBackplane(log), seed + i, 0.2))];
        List<RunningNode> nodes = [];
        foreach (FaultyBackplane network in networks)
        {
            nodes.Add(await new RunningNode(network, options).OpenedAsync());
        }

        List<Task> publishing = [];
        for (int i = 0; i < Messages; i++)
        {
            FaultyBackplane network = networks[random.Next(3)];
            network.IsDown = random.Next(10) == 0 ? !network.IsDown : network.IsDown;
            publishing.Add(nodes[random.Next(3)].PublishAsync(i).AsTask());
            if (random.Next(4) == 0)
            {
                await Task.Yield();
            }
        }

        foreach (FaultyBackplane network in networks)
        {
            network.IsDown = false;
        }

        await Task.WhenAll(publishing).WaitAsync(RunningNode.Patience);
        foreach (RunningNode node in nodes)
        {
            await node.CameAsync(Messages);
            Assert.Equal(Enumerable.Range(0, Messages), node.Numbers.Order());
            Assert.Empty(node.Missed);
            if (policy == BackplaneLossPolicy.Hold)
            {
                Assert.Equal(nodes[0].Numbers, node.Numbers);
                Assert.Equal(nodes[0].Positions, node.Positions);
            }
        }

        foreach (RunningNode node in nodes)
        {
            await node.DisposeAsync();
        }
    }
}
