using System.Buffers;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcEnvelopeHeaderTests
{
    [Theory]
    [InlineData("0000000000", 0, 0u)]
    [InlineData("0100000001", 1, 1u)]
    [InlineData("80000102ff77", 0x80, 66303u)]
    [InlineData("ffffffffff", 0xFF, uint.MaxValue)]
    public void A_header_is_five_bytes(string hex, int flags, uint length)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Equal(OperationStatus.Done, RpcEnvelopeHeader.Decode(bytes, out RpcEnvelopeHeader header));
        Assert.Equal((flags, length), ((int)header.Flags, header.Length));
        byte[] again = new byte[RpcEnvelopeHeader.Size];
        Assert.Equal(OperationStatus.Done, header.Encode(again, out int written));
        Assert.Equal(RpcEnvelopeHeader.Size, written);
        Assert.Equal(bytes[..RpcEnvelopeHeader.Size], again);
    }

    [Fact]
    public void Less_than_five_bytes_are_too_few()
    {
        Assert.Equal(OperationStatus.NeedMoreData, RpcEnvelopeHeader.Decode(new byte[4], out _));
        byte[] destination = new byte[4];
        Assert.Equal(OperationStatus.DestinationTooSmall, new RpcEnvelopeHeader(RpcEnvelopeBits.Compressed, 7).Encode(destination, out int written));
        Assert.Equal(0, written);
        Assert.Equal(new byte[4], destination);
    }
}
