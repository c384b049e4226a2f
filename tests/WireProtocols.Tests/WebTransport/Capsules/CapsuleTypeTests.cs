using System.Buffers;
using System.Text;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class CapsuleTypeTests
{
    // draft-ietf-webtrans-http2 §11.4 from 0x190B4D38 on.
    private static readonly string[] Registered =
    [
        "PADDING", "WT_RESET_STREAM", "WT_STOP_SENDING", "WT_STREAM", "WT_STREAM", "WT_MAX_DATA", "WT_MAX_STREAM_DATA", "WT_MAX_STREAMS",
        "WT_MAX_STREAMS", "WT_DATA_BLOCKED", "WT_STREAM_DATA_BLOCKED", "WT_STREAMS_BLOCKED", "WT_STREAMS_BLOCKED",
    ];

    [Fact]
    public void Types_have_the_names_of_the_registry()
    {
        Assert.Equal(Registered, Enumerable.Range(0, Registered.Length).Select(i => CapsuleType.GetName(0x190B4D38 + i)));
        Assert.Null(CapsuleType.GetName(0x190B4D37));
        Assert.Null(CapsuleType.GetName(0x190B4D38 + Registered.Length));
        Assert.Equal(["DATAGRAM", "DATAGRAM", "DATAGRAM"], new long[] { 0, 0xff37a0, 0xff37a5 }.Select(CapsuleType.GetName));
        Assert.Equal(["WT_CLOSE_SESSION", "WT_DRAIN_SESSION", null, null], new long[] { 0x2843, 0x78ae, 1, -1 }.Select(CapsuleType.GetName));
    }

    /// <summary>RFC 9297 §5.4: "0x29 * N + 0x17 for integer values of N"; RFC 9114 §8.1: "0x1f * N + 0x21".</summary>
    [Fact]
    public void What_is_reserved_has_the_form_of_the_specification()
    {
        HashSet<long> types = [.. Enumerable.Range(0, 50).Select(n => (0x29L * n) + 0x17)];
        HashSet<long> errors = [.. Enumerable.Range(0, 50).Select(n => (0x1fL * n) + 0x21)];
        for (long number = -0x40; number < 0x400; number++)
        {
            Assert.Equal(types.Contains(number), CapsuleType.IsReserved(number));
            Assert.Equal(errors.Contains(number), WebTransportErrorCode.IsReserved(number));
        }
    }

    [Fact]
    public void Nothing_is_written_where_there_is_no_room()
    {
        byte[] room = new byte[64];
        Assert.Equal(OperationStatus.Done, CapsuleEncoder.Encode(0x1234, "value"u8, room, out int size));
        Assert.Equal("5234" + "05" + Convert.ToHexString("value"u8), Convert.ToHexString(room, 0, size));
        Array.Clear(room);
        Assert.Equal(OperationStatus.DestinationTooSmall, CapsuleEncoder.Encode(0x1234, "value"u8, room.AsSpan(0, size - 1), out int none));
        Assert.Equal((0, 64), (none, room.Count(b => b == 0)));

        Assert.Equal(OperationStatus.Done, CapsuleEncoder.EncodeClose(0x01020304, "bye"u8, room, out size));
        Assert.Equal("68430701020304" + Convert.ToHexString("bye"u8), Convert.ToHexString(room, 0, size));
        Array.Clear(room);
        Assert.Equal(OperationStatus.DestinationTooSmall, CapsuleEncoder.EncodeClose(1, "bye"u8, room.AsSpan(0, size - 1), out none));
        Assert.Equal((0, 64), (none, room.Count(b => b == 0)));

        Assert.Equal(OperationStatus.Done, new CapsuleHeader(0x1234, 5).Encode(room.AsSpan(0, 3), out size));
        Assert.Equal((3, "523405"), (size, Convert.ToHexString(room, 0, 3)));
        Array.Clear(room);
        Assert.Equal(OperationStatus.DestinationTooSmall, new CapsuleHeader(0x1234, 5).Encode(room.AsSpan(0, 2), out none));
        Assert.Equal((0, 64), (none, room.Count(b => b == 0)));
        Assert.Equal(OperationStatus.NeedMoreData, CapsuleHeader.Decode([0x52, 0x34], out _, out _));
    }

    [Fact]
    public void A_reason_is_text_of_1024_bytes_at_most()
    {
        byte[] room = new byte[2048];
        Assert.Equal(OperationStatus.Done, CapsuleEncoder.EncodeClose(1, Encoding.ASCII.GetBytes(new string('r', 1024)), room, out _));
        Assert.Throws<ArgumentException>("reason", () => CapsuleEncoder.EncodeClose(1, Encoding.ASCII.GetBytes(new string('r', 1025)), room, out _));
        Assert.Throws<ArgumentException>("reason", () => CapsuleEncoder.EncodeClose(1, [0xC3], room, out _));
    }

    [Theory]
    [InlineData(WebTransportDialect.Draft02, 0x2b603742L, "webtransport", false, false)]
    [InlineData(WebTransportDialect.Draft07, 0xc671706aL, "webtransport", false, true)]
    [InlineData(WebTransportDialect.Draft13, 0x14e9cd29L, "webtransport", true, true)]
    [InlineData(WebTransportDialect.Draft15, 0x2c7cf000L, "webtransport-h3", true, false)]
    public void A_dialect_is_known_by_its_setting(WebTransportDialect dialect, long setting, string token, bool hasFlowControl, bool hasCount)
    {
        Assert.Equal(setting, dialect.GetSettingId());
        Assert.Equal((token, hasFlowControl, hasCount), (dialect.GetProtocolToken(), dialect.HasFlowControl(), dialect.HasSessionCount()));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(dialect), () => ((WebTransportDialect)99).GetSettingId());
    }
}
