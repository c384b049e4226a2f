using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class HttpDatagramTests
{
    [Theory]
    [InlineData("00", 0, "")]
    [InlineData("0068656c6c6f", 0, "68656c6c6f")]
    [InlineData("0161", 4, "61")]
    [InlineData("400161", 4, "61")]
    [InlineData("c00000000000000000", 0, "00")]
    [InlineData("cfffffffffffffff", (1L << 62) - 4, "")]
    public void Legal_datagrams_give_stream_id_and_payload(string hex, long streamId, string payload)
    {
        Assert.Equal(OperationStatus.Done, HttpDatagram.Decode(Convert.FromHexString(hex), out HttpDatagram datagram));
        Assert.Equal(streamId, datagram.StreamId);
        Assert.Equal(streamId / 4, datagram.QuarterStreamId);
        Assert.Equal(payload, Convert.ToHexStringLower(datagram.Payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("40")]
    [InlineData("800000")]
    [InlineData("c0000000000000")]
    public void A_frame_too_short_for_its_id_needs_more_data(string hex)
        => Assert.Equal(OperationStatus.NeedMoreData, HttpDatagram.Decode(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData("d000000000000000")]
    [InlineData("ffffffffffffffff61")]
    public void A_quarter_stream_id_of_2_to_the_60_is_invalid(string hex)
        => Assert.Equal(OperationStatus.InvalidData, HttpDatagram.Decode(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData(-4L)]
    [InlineData(1L)]
    [InlineData(2L)]
    [InlineData(3L)]
    [InlineData(1L << 62)]
    public void Encoding_refuses_what_is_no_client_initiated_bidirectional_stream(long streamId)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpDatagram.Encode(streamId, [], new byte[16], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpDatagram.GetPrefixSize(streamId));
    }

    [Fact]
    public void A_small_destination_is_left_alone()
    {
        byte[] destination = new byte[4];
        Assert.Equal(OperationStatus.DestinationTooSmall, HttpDatagram.Encode(0, [1, 2, 3, 4], destination, out int written));
        Assert.Equal(0, written);
        Assert.Equal(new byte[4], destination);
        Assert.Equal(OperationStatus.DestinationTooSmall, HttpDatagram.Encode(0, [], [], out _));
    }

    [Fact]
    public void What_is_encoded_decodes_to_itself()
        => Prop.ForAll<ulong, byte[]>((id, payload) =>
        {
            long streamId = (long)(id % (1UL << 60)) << 2;
            byte[] bytes = new byte[8 + payload.Length];
            return HttpDatagram.Encode(streamId, payload, bytes, out int written) == OperationStatus.Done
                && written == HttpDatagram.GetPrefixSize(streamId) + payload.Length
                && HttpDatagram.Decode(bytes.AsSpan(0, written), out HttpDatagram datagram) == OperationStatus.Done
                && datagram.StreamId == streamId && datagram.Payload.SequenceEqual(payload);
        }).Check(Config.QuickThrowOnFailure);
}
