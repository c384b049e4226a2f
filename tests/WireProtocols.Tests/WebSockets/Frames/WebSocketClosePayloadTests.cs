using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketClosePayloadTests
{
    [Fact]
    public void Every_code_there_is_may_stand_or_not_as_the_specification_says()
    {
        byte[] payload = new byte[2];
        for (int value = 0; value <= ushort.MaxValue; value++)
        {
            WebSocketCloseCode code = (WebSocketCloseCode)value;
            bool mayStand = value is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
            Assert.Equal(mayStand, code.IsValidOnWire());
            Assert.Equal(mayStand, NaiveClose.MayStand(value));

            (payload[0], payload[1]) = ((byte)(value >> 8), (byte)value);
            OperationStatus status = WebSocketClosePayload.Decode(
                payload, out WebSocketCloseCode decoded, out ReadOnlySpan<byte> reason, out WebSocketProtocolError error, out int index);
            Assert.Equal((code, 0, 0), (decoded, reason.Length, index));
            Assert.Equal(
                mayStand
                    ? (OperationStatus.Done, WebSocketProtocolError.None)
                    : (OperationStatus.InvalidData, WebSocketProtocolError.InvalidCloseCode),
                (status, error));
            AssertEncode(code, mayStand, payload);
        }
    }

    [Fact]
    public void Every_length_of_reason_up_to_123_bytes_goes_there_and_back_and_no_longer_one()
    {
        byte[] payload = new byte[WebSocketFrameHeader.MaxControlPayloadLength];
        for (int length = 0; length <= WebSocketClosePayload.MaxReasonLength; length++)
        {
            string text = new('r', length);
            Assert.Equal(2 + length, WebSocketClosePayload.Encode(WebSocketCloseCode.GoingAway, text, payload));
            Assert.Equal(
                OperationStatus.Done,
                WebSocketClosePayload.Decode(
                    payload.AsSpan(0, 2 + length), out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _));
            Assert.Equal((WebSocketCloseCode.GoingAway, text), (code, Encoding.UTF8.GetString(reason)));
            int needed = 2 + length;
            Assert.Throws<ArgumentException>(() => WebSocketClosePayload.Encode(WebSocketCloseCode.GoingAway, text, new byte[needed - 1]));
        }

        Assert.Throws<ArgumentException>(() => WebSocketClosePayload.Encode(WebSocketCloseCode.GoingAway, new string('r', 124), new byte[200]));
        Assert.Throws<ArgumentException>(() => WebSocketClosePayload.Encode(WebSocketCloseCode.GoingAway, new string('é', 62), new byte[200]));
    }

    [Fact]
    public void A_reason_may_not_end_inside_a_character_nor_be_cut_in_one()
    {
        byte[] text = Encoding.UTF8.GetBytes("é€😀 é€😀");
        byte[] payload = [0x03, 0xE8, .. text];
        for (int length = 2; length <= payload.Length; length++)
        {
            bool isWhole = length == payload.Length || (payload[length] & 0xC0) != 0x80;
            OperationStatus status = WebSocketClosePayload.Decode(
                payload.AsSpan(0, length), out _, out ReadOnlySpan<byte> reason, out WebSocketProtocolError error, out int index);
            Assert.Equal(isWhole ? OperationStatus.Done : OperationStatus.InvalidData, status);
            Assert.Equal(isWhole ? (WebSocketProtocolError.None, 0) : (WebSocketProtocolError.InvalidCloseReason, length), (error, index));
            Assert.Equal(length - 2, reason.Length);
        }
    }

    [Theory]
    [InlineData("03e8ff", 2)]
    [InlineData("03e861c080", 3)]
    [InlineData("03e8eda080", 3)]
    [InlineData("03e8e28228", 4)]
    [InlineData("03e8f4908080", 3)]
    public void The_first_byte_of_a_reason_that_no_text_can_hold_is_named(string hex, int expected)
    {
        Assert.Equal(
            OperationStatus.InvalidData,
            WebSocketClosePayload.Decode(Convert.FromHexString(hex), out _, out _, out WebSocketProtocolError error, out int index));
        Assert.Equal((WebSocketProtocolError.InvalidCloseReason, expected), (error, index));
    }

    [Fact]
    public void No_payload_is_no_status()
    {
        Assert.Equal(
            OperationStatus.Done, WebSocketClosePayload.Decode([], out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _));
        Assert.Equal((WebSocketCloseCode.NoStatusReceived, 0), (code, reason.Length));
        Assert.Equal(0, WebSocketClosePayload.Encode(WebSocketCloseCode.NoStatusReceived, "", []));
    }

    [Fact]
    public void One_byte_of_payload_is_none_of_the_two()
    {
        Assert.Equal(
            OperationStatus.InvalidData, WebSocketClosePayload.Decode([0x03], out _, out _, out WebSocketProtocolError error, out int index));
        Assert.Equal((WebSocketProtocolError.CloseCodeTruncated, 0), (error, index));
    }

    [Fact]
    public void A_reason_that_is_no_text_throws()
    {
        byte[] destination = new byte[200];
        foreach (string reason in (string[])["\ud800", "a\udc00b", "end \ud83d"])
        {
            Assert.Throws<ArgumentException>(() => WebSocketClosePayload.Encode(WebSocketCloseCode.NormalClosure, reason, destination));
            Assert.Equal(-1, destination.AsSpan().IndexOfAnyExcept((byte)0));
        }
    }

    [Fact]
    public void A_reason_without_a_code_throws()
        => Assert.Throws<ArgumentException>(() => WebSocketClosePayload.Encode(WebSocketCloseCode.NoStatusReceived, "why", new byte[200]));

    [Fact]
    public void Any_payload_is_what_the_oracle_says()
        => Prop.ForAll<byte[], bool>((payload, startsWell) =>
        {
            byte[] bytes = startsWell ? [0x0F, 0xA0, .. payload] : payload;
            (WebSocketProtocolError error, int index, _) = NaiveClose.Judge(bytes, bytes.Length);
            WebSocketClosePayload.Decode(bytes, out _, out _, out WebSocketProtocolError actual, out int actualIndex);
            return (error, index) == (actual, actualIndex);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static void AssertEncode(WebSocketCloseCode code, bool mayStand, byte[] payload)
    {
        byte[] encoded = new byte[2];
        if (mayStand)
        {
            Assert.Equal(2, WebSocketClosePayload.Encode(code, "", encoded));
            Assert.Equal(payload, encoded);
        }
        else if (code != WebSocketCloseCode.NoStatusReceived && ((int)code % 97 == 0 || (int)code < 5100))
        {
            // Exceptions are slow: all codes near the ranges, a sample of the others.
            Assert.Throws<ArgumentException>(() => WebSocketClosePayload.Encode(code, "", encoded));
        }
    }
}
