using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class WebTransportStreamHeaderTests
{
    private const WebTransportStreamDirection Uni = WebTransportStreamDirection.Unidirectional;
    private const WebTransportStreamDirection Bidi = WebTransportStreamDirection.Bidirectional;

    [Theory]
    [InlineData("405400", Uni, 0, 3)]
    [InlineData("404104", Bidi, 4, 3)]
    [InlineData("40414040", Bidi, 64, 4)]
    [InlineData("4041fffffffffffffffc68", Bidi, (1L << 62) - 4, 10)]
    [InlineData("80000041c000000000000000", Bidi, 0, 12)]
    [InlineData("c000000000000054c000000000000004", Uni, 4, 16)]
    public void Legal_headers_give_direction_session_and_length(string hex, WebTransportStreamDirection direction, long sessionId, int length)
    {
        Assert.Equal(
            OperationStatus.Done,
            WebTransportStreamHeader.Decode(Convert.FromHexString(hex), out WebTransportStreamHeader header, out int consumed, out _));
        Assert.Equal(new WebTransportStreamHeader(direction, sessionId), header);
        Assert.Equal(length, consumed);
    }

    [Theory]
    [InlineData("00", WebTransportProtocolError.UnknownStreamSignal)]
    [InlineData("41", WebTransportProtocolError.None)]
    [InlineData("404200", WebTransportProtocolError.UnknownStreamSignal)]
    [InlineData("404101", WebTransportProtocolError.InvalidSessionId)]
    [InlineData("405402", WebTransportProtocolError.InvalidSessionId)]
    [InlineData("4054ffffffffffffffff", WebTransportProtocolError.InvalidSessionId)]
    public void Others_are_refused(string hex, WebTransportProtocolError expected)
    {
        OperationStatus status
            = WebTransportStreamHeader.Decode(Convert.FromHexString(hex), out _, out int consumed, out WebTransportProtocolError error);
        Assert.Equal(expected == WebTransportProtocolError.None ? OperationStatus.NeedMoreData : OperationStatus.InvalidData, status);
        Assert.Equal((expected, 0), (error, consumed));
    }

    [Theory]
    [InlineData("405400", Uni, 0)]
    [InlineData("404104", Bidi, 4)]
    [InlineData("4041fffffffffffffffc", Bidi, (1L << 62) - 4)]
    public void Encoding_takes_the_minimum_of_bytes(string hex, WebTransportStreamDirection direction, long sessionId)
    {
        WebTransportStreamHeader header = new(direction, sessionId);
        byte[] bytes = new byte[header.GetSize()];
        Assert.Equal(OperationStatus.Done, header.Encode(bytes, out int written));
        Assert.Equal(hex, Convert.ToHexStringLower(bytes.AsSpan(0, written)));
        Assert.Equal(OperationStatus.DestinationTooSmall, header.Encode(bytes.AsSpan(1), out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData(2L)]
    [InlineData(-4L)]
    public void Encoding_refuses_ids_that_no_session_has(long sessionId)
        => Assert.ThrowsAny<InvalidOperationException>(() => new WebTransportStreamHeader(Uni, sessionId).Encode(new byte[16], out _));
}
