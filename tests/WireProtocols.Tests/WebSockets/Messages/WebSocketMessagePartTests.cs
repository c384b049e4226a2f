using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>What is lent can be kept where it is whole, and only there.</summary>
public class WebSocketMessagePartTests
{
    [Theory]
    [InlineData(WebSocketOpcode.Text, true, true, true)]
    [InlineData(WebSocketOpcode.Binary, true, true, true)]
    [InlineData(WebSocketOpcode.Text, true, false, false)]
    [InlineData(WebSocketOpcode.Text, false, true, false)]
    [InlineData(WebSocketOpcode.Binary, false, false, false)]
    [InlineData(WebSocketOpcode.Ping, true, true, false)]
    [InlineData(WebSocketOpcode.Close, true, true, false)]
    public void Only_a_whole_message_becomes_owned(WebSocketOpcode opcode, bool isFirst, bool isLast, bool isWhole)
    {
        byte[] payload = "hi"u8.ToArray();
        if (!isWhole)
        {
            Assert.Throws<InvalidOperationException>(() => new WebSocketMessagePart(opcode, payload, isFirst, isLast).ToOwned());
            return;
        }

        using OwnedWebSocketMessage owned = new WebSocketMessagePart(opcode, payload, isFirst, isLast).ToOwned();
        payload[0] = (byte)'x';
        Assert.Equal(opcode, owned.Opcode);
        Assert.Equal("hi"u8.ToArray(), owned.Payload.ToArray());
    }

    [Theory]
    [InlineData(0, 2, true)]
    [InlineData(0, 3, false)]
    [InlineData(1, 3, false)]
    public void Only_a_whole_frame_becomes_owned(long payloadOffset, long payloadLength, bool isWhole)
    {
        WebSocketFrameHeader header = new(WebSocketOpcode.Binary, payloadLength);
        byte[] payload = [1, 2];
        if (!isWhole)
        {
            Assert.Throws<InvalidOperationException>(
                () => new WebSocketFramePart(header, 7, payloadOffset, payload, WebSocketProtocolError.None).ToOwned());
            return;
        }

        OwnedWebSocketFrame owned = new WebSocketFramePart(header, 7, payloadOffset, payload, WebSocketProtocolError.ReservedBitSet).ToOwned();
        payload[0] = 9;
        Assert.Equal((header, 7L, WebSocketProtocolError.ReservedBitSet), (owned.Header, owned.Offset, owned.Violation));
        Assert.Equal([1, 2], owned.Payload.ToArray());
    }
}
