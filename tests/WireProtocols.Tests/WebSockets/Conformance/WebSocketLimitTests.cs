using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// The limits that the library has by itself, and a million messages. What is within limits is played by <see cref="ConformanceTests"/>.
/// </summary>
public class WebSocketLimitTests
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>Each carries its number, so that none is lost, doubled or passed by another.</summary>
    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task A_million_small_messages_echo_in_order(WebSocketRole role)
        => Assert.Equal(1_000_000, await EchoFlood.RunAsync(role, 1_000_000));

    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task A_message_above_the_limit_is_1009(WebSocketRole role)
    {
        Assert.Equal(["Close 1009", "end"], await EchoRun.PlayAsync(role, [RawFrame.Binary(new byte[(16 * Megabyte) + 1])]));
    }

    /// <summary>What does not compress is longer when it is compressed, and is within the limit all the same.</summary>
    [Fact]
    public async Task A_message_at_the_limit_that_does_not_compress_is_taken_compressed()
    {
        WebSocketConnectionOptions options = new() { Deflate = new() { Threshold = 0 } };
        ConnectionPair pair = ConnectionPair.Create(new(), options, options);
        Task echoing = EchoRun.EchoAsync(pair.Server);
        byte[] payload = Noise(16 * Megabyte, 1);
        Task sending = pair.Client.SendAsync(WebSocketOpcode.Binary, payload).AsTask();
        using (OwnedWebSocketMessage? message = await pair.Client.ReceiveAsync().AsTask().WaitAsync(EchoRun.Patience))
        {
            Assert.True(message!.Payload.Span.SequenceEqual(payload));
        }

        await sending.WaitAsync(EchoRun.Patience);
        await pair.Client.CloseAsync().AsTask().WaitAsync(EchoRun.Patience);
        await echoing.WaitAsync(EchoRun.Patience);
    }

    /// <summary>The limit is on the message: fragments that are each below it do not get by.</summary>
    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task Fragments_that_add_up_above_the_limit_are_1009(WebSocketRole role)
    {
        RawFrame[] fragments = RawFrame.Fragments(RawFrame.Binary(new byte[(16 * Megabyte) + 1]), 4 * Megabyte);
        Assert.Equal(["Close 1009", "end"], await EchoRun.PlayAsync(role, fragments));
    }

    private static byte[] Noise(int length, int number)
    {
        byte[] noise = new byte[length];
        new Random(number).NextBytes(noise);
        return noise;
    }
}
