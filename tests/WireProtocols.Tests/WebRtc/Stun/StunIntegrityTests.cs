using System.Buffers;
using System.Net;
using WireProtocols.Tests.Harness;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Stun;

public class StunIntegrityTests
{
    private const string Password = "VOkJxbRl1RmTxUk/WvJxBt";
    private const string Username = "マトリックス";

    [Theory]
    [InlineData("RFC 5769 2.1, a request with short-term credentials")]
    [InlineData("RFC 5769 2.2, a response with an address of IPv4")]
    [InlineData("RFC 5769 2.3, a response with an address of IPv6")]
    public void The_vectors_of_RFC_5769_are_right(string name)
    {
        byte[] bytes = Vector.Get("stun", name).Bytes;
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(bytes, out StunMessage message, out _, out _));
        Assert.True(StunIntegrity.IsFingerprintRight(message, out _, out _));
        byte[] key = StunIntegrity.CreateShortTermKey(Password);
        Assert.True(StunIntegrity.IsIntegrityRight(message, key, out _, out _));
        Assert.False(StunIntegrity.IsIntegrityRight(message, "VOkJxbRl1RmTxUk/WvJxBT"u8, out StunProtocolError error, out _));
        Assert.Equal(StunProtocolError.IntegrityMismatch, error);
    }

    [Fact]
    public void A_changed_byte_is_found()
    {
        byte[] bytes = Vector.Get("stun", "RFC 5769 2.2, a response with an address of IPv4").Bytes;
        bytes[41] ^= 1;
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(bytes, out StunMessage message, out _, out _));
        Assert.False(StunIntegrity.IsFingerprintRight(message, out StunProtocolError error, out int offset));
        Assert.Equal((StunProtocolError.FingerprintMismatch, 76), (error, offset));
        Assert.False(StunIntegrity.IsIntegrityRight(message, StunIntegrity.CreateShortTermKey(Password), out error, out offset));
        Assert.Equal((StunProtocolError.IntegrityMismatch, 52), (error, offset));
    }

    /// <summary>
    /// The message length that RFC 8489 §B.1 prints counts the header, and its HMAC is that of the message with that length. Userhash and key are
    /// as printed.
    /// </summary>
    [Fact]
    public void The_vector_of_RFC_8489_is_right_but_for_its_length()
    {
        Assert.Equal("4a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704",
            Convert.ToHexStringLower(StunIntegrity.ComputeUserhash(Username, "example.org")));
        byte[] key = StunIntegrity.CreateLongTermKey(Username, "example.org", "TheMatrIX", usesSha256: true);
        byte[] bytes = Vector.Get("stun", "RFC 8489 B.1 with a length that does not count the header").Bytes;
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(bytes, out StunMessage message, out _, out _));
        Assert.True(StunIntegrity.IsIntegrityRight(message, key, out _, out _));

        // As printed: the text of the HMAC is everything before it, its length untouched.
        byte[] printed = Vector.Get("stun", "RFC 8489 B.1 as printed: its length counts the header").Bytes;
        Assert.Equal(printed[^32..], System.Security.Cryptography.HMACSHA256.HashData(key, printed[..^36]));
    }

    [Fact]
    public void Keys_of_long_term_credentials_are_hashes()
    {
        // RFC 8489 §9.2.2.
        Assert.Equal("8493fbc53ba582fb4c044c456bdc40eb", Convert.ToHexStringLower(StunIntegrity.CreateLongTermKey("user", "realm", "pass", false)));
        Assert.Equal(32, StunIntegrity.CreateLongTermKey("user", "realm", "pass", true).Length);
    }

    [Theory]
    [InlineData(16, 16, true)]
    [InlineData(16, 20, false)]
    [InlineData(16, 32, false)]
    [InlineData(28, 16, true)]
    [InlineData(32, 32, true)]
    public void A_truncated_HMAC_counts_where_the_usage_allows_it(int length, int least, bool isRight)
    {
        StunMessageWriter writer = new();
        writer.Begin(StunClass.Request, StunMethod.Binding);
        writer.AddIntegritySha256("key"u8, length);
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out StunMessage message, out _, out _));
        Assert.Equal(isRight, StunIntegrity.IsIntegrityRight(message, "key"u8, out _, out _, least));
    }

    [Fact]
    public void SHA256_decides_where_both_are_there()
    {
        StunMessageWriter writer = new();
        writer.Begin(StunClass.Request, StunMethod.Binding);
        writer.AddText(StunAttributeType.Username, new string('u', 400));
        writer.AddText(StunAttributeType.Software, "here");
        writer.AddAddress(StunAttributeType.XorMappedAddress, StunAddress.From(new IPEndPoint(IPAddress.IPv6Loopback, 1)));
        writer.AddIntegrity("one"u8);
        writer.AddIntegritySha256("two"u8);
        writer.AddFingerprint();
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out StunMessage message, out _, out _));
        Assert.True(StunIntegrity.IsIntegrityRight(message, "two"u8, out _, out _));
        Assert.False(StunIntegrity.IsIntegrityRight(message, "one"u8, out _, out _));
        Assert.True(StunIntegrity.IsFingerprintRight(message, out _, out _));
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        StunMessageWriter writer = new();
        writer.Begin(StunClass.Request, StunMethod.Binding);
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out StunMessage message, out _, out _));
        Assert.False(StunIntegrity.IsIntegrityRight(message, "key"u8, out StunProtocolError error, out int offset));
        Assert.Equal((StunProtocolError.IntegrityMissing, 20), (error, offset));
        Assert.False(StunIntegrity.IsFingerprintRight(message, out error, out offset));
        Assert.Equal((StunProtocolError.FingerprintMissing, 20), (error, offset));
        Assert.Equal((400, 401, 420, 0), (StunProtocolError.IntegrityMissing.GetErrorCode(), StunProtocolError.IntegrityMismatch.GetErrorCode(),
            StunProtocolError.UnknownAttribute.GetErrorCode(), StunProtocolError.WrongCookie.GetErrorCode()));
    }

    /// <summary>
    /// sipsorcery#1507 and #1508: without a FINGERPRINT integrity counts all the same, and what stands behind the message in its buffer does not.
    /// </summary>
    [Fact]
    public void Integrity_does_not_depend_on_a_fingerprint()
    {
        StunMessageWriter writer = new();
        writer.Begin(StunClass.Request, StunMethod.Binding);
        writer.AddIntegrity("key"u8);
        byte[] buffer = [.. writer.Message.Span, 1, 2, 3, 4];
        Assert.Equal(OperationStatus.Done, StunMessage.Decode(buffer, out StunMessage message, out _, out _));
        Assert.True(StunIntegrity.IsIntegrityRight(message, "key"u8, out _, out _));
    }
}
