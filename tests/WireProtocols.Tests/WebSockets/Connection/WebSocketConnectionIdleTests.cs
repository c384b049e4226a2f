using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>What a connection keeps while it waits.</summary>
public class WebSocketConnectionIdleTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_connection_that_waits_after_a_message_holds_no_scratch(bool compressed, bool intoWriter)
    {
        await using ConnectionPair pair = ConnectionPair.Create(compressed ? new WebSocketDeflateParameters(true, true) : null);
        byte[] sent = new byte[1000];
        await pair.Client.SendAsync(WebSocketOpcode.Binary, sent);
        byte[] received;
        if (intoWriter)
        {
            ArrayBufferWriter<byte> writer = new();
            await pair.Server.ReceiveAsync(writer);
            received = writer.WrittenSpan.ToArray();
        }
        else
        {
            using OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync();
            received = message!.Payload.ToArray();
        }

        Assert.Equal(sent, received);
        Task<OwnedWebSocketMessage?> waiting = pair.Server.ReceiveAsync().AsTask();
        Assert.True(pair.Server.IsWaiting);
        Assert.False(pair.Server.HoldsScratch);
        await pair.Client.CloseAsync();
        Assert.Null(await waiting.WaitAsync(ConnectionPair.Patience));
    }
}
