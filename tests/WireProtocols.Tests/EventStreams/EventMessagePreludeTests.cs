using System.Buffers;
using WireProtocols.EventStreams;

namespace WireProtocols.Tests.EventStreams;

public class EventMessagePreludeTests
{
    [Theory]
    [InlineData(16u, 0u, "000000100000000005c248eb", 0)]
    [InlineData(61u, 32u, "0000003d0000002007fd8396", 13)]
    [InlineData(15u, 0u, null, -1)]
    [InlineData(uint.MaxValue, uint.MaxValue, null, -16)]
    public void It_is_what_it_was_written_from(uint total, uint headers, string? hex, long payload)
    {
        EventMessagePrelude prelude = new(total, headers);
        byte[] bytes = new byte[EventMessagePrelude.Size];
        Assert.Equal(OperationStatus.Done, prelude.Encode(bytes, out int written));
        Assert.Equal(EventMessagePrelude.Size, written);
        Assert.Equal(hex ?? Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(bytes));
        Assert.Equal(OperationStatus.Done, EventMessagePrelude.Decode(bytes, out EventMessagePrelude again));
        Assert.Equal((prelude, payload), (again, again.PayloadLength));
    }

    [Fact]
    public void It_is_refused_where_it_is_cut_or_changed()
    {
        byte[] bytes = Convert.FromHexString("0000003d0000002007fd8396");
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, EventMessagePrelude.Decode(bytes.AsSpan(0, length), out _));
            Assert.Equal(OperationStatus.DestinationTooSmall, new EventMessagePrelude(16, 0).Encode(new byte[length], out int written));
            Assert.Equal(0, written);
        }

        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(OperationStatus.InvalidData, EventMessagePrelude.Decode(bytes, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
