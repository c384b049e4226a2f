using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketBroadcastPolicyTests
{
    [Fact]
    public async Task A_thousand_large_messages_in_a_loop_reach_a_healthy_client_by_default()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        WebSocketBroadcaster broadcaster = new();
        await using WebSocketSubscription member = broadcaster.Subscribe(pair.Server);
        Task<int> receiving = Task.Run(async () =>
        {
            int count = 0;
            while (count < 1000 && await pair.Client.ReceiveAsync() is { } message)
            {
                message.Dispose();
                count++;
            }

            return count;
        });
        WebSocketPreparedMessage large = new(WebSocketOpcode.Binary, new byte[10_000]);
        for (int i = 0; i < 1000; i++)
        {
            await broadcaster.PublishAsync(large);
        }

        Assert.Equal(1000, await receiving.WaitAsync(ConnectionPair.Patience));
        Assert.Equal((1, 0L), (broadcaster.Subscribers, member.DroppedMessages));
        pair.Client.Abort();
    }

    [Fact]
    public async Task Everybody_but_one_or_those_of_a_topic_hear_it()
    {
        await using ConnectionPair one = ConnectionPair.Create();
        await using ConnectionPair other = ConnectionPair.Create();
        WebSocketBroadcaster broadcaster = new();
        await using WebSocketSubscription first = broadcaster.Subscribe(one.Server);
        await using WebSocketSubscription second = broadcaster.Subscribe(other.Server);
        broadcaster.Join(first, "news");
        broadcaster.Join(second, "news");
        broadcaster.Join(second, "weather");
        await broadcaster.PublishAsync(Text("not to the first"), topic: null, except: first);
        await broadcaster.PublishAsync(Text("weather"), "weather");
        await broadcaster.PublishAsync(Text("nobody"), "sports");
        broadcaster.Leave(second, "news");
        await broadcaster.PublishAsync(Text("news"), "news");
        await broadcaster.PublishAsync(Text("all"));
        Assert.Equal(["news", "all"], await ReceiveAsync(one.Client, 2));
        Assert.Equal(["not to the first", "weather", "all"], await ReceiveAsync(other.Client, 3));
        await first.DisposeAsync();
        broadcaster.Join(first, "news");
        await broadcaster.PublishAsync(Text("late"), "news");
        Assert.Equal(1, broadcaster.Subscribers);
        one.Client.Abort();
        other.Client.Abort();
    }

    [Theory]
    [InlineData(WebSocketSlowPolicy.DropOldest)]
    [InlineData(WebSocketSlowPolicy.KeepLatest)]
    public async Task A_slow_one_misses_messages_and_is_not_closed_where_the_policy_says_so(WebSocketSlowPolicy policy)
    {
        await using ConnectionPair pair = ConnectionPair.Create(
            pipe: new PipeOptions(pauseWriterThreshold: 64, resumeWriterThreshold: 32, useSynchronizationContext: false));
        WebSocketBroadcaster broadcaster = new(new() { SlowPolicy = policy, MaxWaitingBytes = 500 });
        await using WebSocketSubscription member = broadcaster.Subscribe(pair.Server);
        for (int number = 0; number < 100; number++)
        {
            Assert.True(broadcaster.PublishAsync(Text($"{number} {new string('x', 100)}")).IsCompleted);
        }

        List<int> received = [];
        do
        {
            using OwnedWebSocketMessage? message = await pair.Client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            received.Add(int.Parse(message!.GetText().Split(' ')[0], null));
        }
        while (received[^1] != 99);
        Assert.Equal(received.Order(), received);
        Assert.InRange(received.Count, 1, 20);
        Assert.Equal(100 - received.Count, member.DroppedMessages);
        Assert.Equal(1, broadcaster.Subscribers);
        pair.Client.Abort();
    }

    private static WebSocketPreparedMessage Text(string text) => new(WebSocketOpcode.Text, System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<List<string>> ReceiveAsync(WebSocketConnection connection, int count)
    {
        List<string> received = [];
        while (received.Count < count)
        {
            using OwnedWebSocketMessage? message = await connection.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            received.Add(message!.GetText());
        }

        return received;
    }
}
