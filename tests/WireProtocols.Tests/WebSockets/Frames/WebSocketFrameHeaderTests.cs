using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketFrameHeaderTests
{
    [Theory]
    [InlineData(0L, 2)]
    [InlineData(1L, 2)]
    [InlineData(125L, 2)]
    [InlineData(126L, 4)]
    [InlineData(127L, 4)]
    [InlineData(255L, 4)]
    [InlineData(256L, 4)]
    [InlineData(65535L, 4)]
    [InlineData(65536L, 10)]
    [InlineData(int.MaxValue, 10)]
    [InlineData(1L << 62, 10)]
    [InlineData(long.MaxValue, 10)]
    public void The_length_takes_the_minimal_number_of_bytes(long payloadLength, int headerLength)
    {
        AssertRoundTrip(new WebSocketFrameHeader(WebSocketOpcode.Binary, payloadLength), headerLength);
        AssertRoundTrip(new WebSocketFrameHeader(WebSocketOpcode.Binary, payloadLength, maskingKey: 0x80000001), headerLength + 4);
    }

    [Fact]
    public void Any_header_decodes_to_what_was_encoded()
        => Prop.ForAll<int, long, uint>((bits, length, key) =>
        {
            WebSocketFrameHeader header = new(
                (WebSocketOpcode)(bits & 0xF), length & long.MaxValue, (bits & 0x10) != 0, (WebSocketReservedBits)((bits >> 5) & 7), (
                    bits & 0x100) != 0
                    ? key
                    : null);
            AssertRoundTrip(header, header.HeaderLength);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Every_first_two_bytes_read_as_the_figure_says_and_come_back()
    {
        byte[] bytes = [0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3];
        byte[] again = new byte[WebSocketFrameHeader.MaxLength];
        for (int value = 0; value <= ushort.MaxValue; value++)
        {
            (bytes[0], bytes[1]) = ((byte)(value >> 8), (byte)value);
            Assert.Equal(OperationStatus.Done, WebSocketFrameHeader.Decode(bytes, out WebSocketFrameHeader header, out int consumed, out _));
            Assert.Equal((value & 0x8000) != 0, header.Fin);
            Assert.Equal((value >> 12) & 7, (int)header.ReservedBits);
            Assert.Equal((value >> 8) & 15, (int)header.Opcode);
            Assert.Equal((value & 0x80) != 0, header.IsMasked);
            Assert.Equal((value & 0x7F) switch { 126 => 0x7FFF, 127 => long.MaxValue, int length => length }, header.PayloadLength);
            Assert.Equal(consumed, header.HeaderLength);
            Assert.Equal(OperationStatus.Done, header.Encode(again, out int written));
            Assert.Equal(bytes[..consumed], again[..written]);
        }
    }

    [Theory]
    [InlineData("827e007d", WebSocketProtocolError.NonMinimalLength, 3)]
    [InlineData("82fe0000", WebSocketProtocolError.NonMinimalLength, 3)]
    [InlineData("827f80", WebSocketProtocolError.LengthTopBitSet, 2)]
    [InlineData("82ffffffffffffffffff", WebSocketProtocolError.LengthTopBitSet, 2)]
    [InlineData("827f000000000000", WebSocketProtocolError.NonMinimalLength, 7)]
    [InlineData("827f000000000000ffff", WebSocketProtocolError.NonMinimalLength, 7)]
    public void A_bad_length_is_known_with_its_offending_byte_and_not_before(string hex, WebSocketProtocolError expected, int index)
    {
        byte[] bytes = Convert.FromHexString(hex);
        for (int length = 0; length <= bytes.Length; length++)
        {
            OperationStatus status = WebSocketFrameHeader.Decode(
                bytes.AsSpan(0, length), out WebSocketFrameHeader header, out int consumed, out WebSocketProtocolError error);
            (OperationStatus, int, WebSocketProtocolError) wanted = length <= index
                ? (OperationStatus.NeedMoreData, 0, WebSocketProtocolError.None)
                : (OperationStatus.InvalidData, index, expected);
            Assert.Equal(wanted, (status, consumed, error));
            Assert.Equal(default, header);
        }
    }

    [Fact]
    public void A_header_describes_nothing_that_does_not_fit_in_it()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameHeader((WebSocketOpcode)16, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameHeader(WebSocketOpcode.Text, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameHeader(WebSocketOpcode.Text, 0, reservedBits: (WebSocketReservedBits)8));
    }

    [Fact]
    public void A_key_of_zero_is_a_key()
    {
        WebSocketFrameHeader header = new(WebSocketOpcode.Text, 5, maskingKey: 0);
        Assert.True(header.IsMasked);
        AssertRoundTrip(header, 6);
        Assert.NotEqual(new WebSocketFrameHeader(WebSocketOpcode.Text, 5), header);
    }

    [Fact]
    public void The_default_header_is_the_one_of_two_zero_bytes()
    {
        WebSocketFrameHeader header = default;
        Assert.Equal(new WebSocketFrameHeader(WebSocketOpcode.Continuation, 0, fin: false), header);
        AssertRoundTrip(header, 2);
    }

    [Fact]
    public void Headers_that_differ_in_anything_are_not_equal()
    {
        WebSocketFrameHeader header = new(WebSocketOpcode.Text, 5, maskingKey: 7);
        WebSocketFrameHeader[] others =
        [
            new(WebSocketOpcode.Binary, 5, maskingKey: 7),
            new(WebSocketOpcode.Text, 6, maskingKey: 7),
            new(WebSocketOpcode.Text, 5, fin: false, maskingKey: 7),
            new(WebSocketOpcode.Text, 5, reservedBits: WebSocketReservedBits.Rsv1, maskingKey: 7),
            new(WebSocketOpcode.Text, 5, maskingKey: 8),
            new(WebSocketOpcode.Text, 5),
        ];
        Assert.All(others, other => Assert.True(header != other && !header.Equals((object)other)));
        WebSocketFrameHeader same = new(WebSocketOpcode.Text, 5, maskingKey: 7);
        Assert.True(header == same && header.GetHashCode() == same.GetHashCode());
    }

    private static void AssertRoundTrip(WebSocketFrameHeader header, int headerLength)
    {
        Assert.Equal(headerLength, header.HeaderLength);
        byte[] bytes = new byte[headerLength + 1];
        for (int room = 0; room < headerLength; room++)
        {
            Assert.Equal(OperationStatus.DestinationTooSmall, header.Encode(bytes.AsSpan(0, room), out int none));
            Assert.Equal(0, none);
            Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
        }

        Assert.Equal(OperationStatus.Done, header.Encode(bytes, out int written));
        Assert.Equal(headerLength, written);
        Assert.Equal(0, bytes[headerLength]);
        for (int present = 0; present < headerLength; present++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, WebSocketFrameHeader.Decode(bytes.AsSpan(0, present), out _, out int consumedNone, out _));
            Assert.Equal(0, consumedNone);
        }

        Assert.Equal(
            OperationStatus.Done,
            WebSocketFrameHeader.Decode(bytes, out WebSocketFrameHeader decoded, out int consumed, out WebSocketProtocolError error));
        Assert.Equal((header, headerLength, WebSocketProtocolError.None), (decoded, consumed, error));
        Assert.Equal(
            (header.Opcode, header.PayloadLength, header.Fin, header.ReservedBits, header.IsMasked, header.MaskingKey),
            (decoded.Opcode, decoded.PayloadLength, decoded.Fin, decoded.ReservedBits, decoded.IsMasked, decoded.MaskingKey));
    }
}
