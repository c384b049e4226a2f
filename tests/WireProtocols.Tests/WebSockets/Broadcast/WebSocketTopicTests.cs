using WireProtocols.Backplane;
using WireProtocols.Tests.Backplane;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A topic of broadcasters on several machines, over a log in memory.</summary>
public class WebSocketTopicTests
{
    [Fact]
    public async Task Connections_of_all_machines_that_have_joined_get_a_message_once()
    {
        MemoryBackplaneLog log = new();
        WebSocketBroadcaster here = new(), there = new();
        await using BackplaneNode a = new(new MemoryBackplane(log), RunningNode.Quick), b = new(new MemoryBackplane(log), RunningNode.Quick);
        await using WebSocketTopic first = new(here, a, "room"), second = new(there, b, "room");
        await first.Topic.WaitUntilOpenAsync().WaitAsync(RunningNode.Patience);
        await second.Topic.WaitUntilOpenAsync().WaitAsync(RunningNode.Patience);
        await using ConnectionPair one = ConnectionPair.Create(), two = ConnectionPair.Create();
        await using WebSocketSubscription joined = here.Subscribe(one.Server), other = there.Subscribe(two.Server);
        first.Join(joined);
        second.Join(other);
        Assert.Equal(1, here.SubscribersOf("room"));
        await first.PublishAsync(WebSocketOpcode.Text, "hello"u8.ToArray());
        await second.PublishAsync(WebSocketOpcode.Binary, new byte[] { 1 });
        foreach (WebSocketConnection client in new[] { one.Client, two.Client })
        {
            using OwnedWebSocketMessage? text = await client.ReceiveAsync().AsTask().WaitAsync(RunningNode.Patience);
            Assert.Equal("hello", text!.GetText());
            using OwnedWebSocketMessage? binary = await client.ReceiveAsync().AsTask().WaitAsync(RunningNode.Patience);
            Assert.Equal((WebSocketOpcode.Binary, 1), (binary!.Opcode, binary.Payload.Length));
        }

        first.Leave(joined);
        Assert.Equal(0, first.Topic.LocalPresence);
        Assert.Throws<ArgumentException>(() => first.PublishAsync(WebSocketOpcode.Text, new byte[] { 0xff }).AsTask().Wait());
        Assert.Throws<ArgumentException>(() => first.PublishAsync(WebSocketOpcode.Ping, new byte[] { 1 }).AsTask().Wait());
    }
}
