using System.Buffers;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Stun;

public class StunMessageWriterTests
{
    private static readonly byte[] Transaction = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Fact]
    public void Class_and_method_are_taken_apart_as_they_were_put_together()
    {
        StunMessageWriter writer = new();
        for (int method = 0; method <= StunMethod.Max; method++)
        {
            foreach (StunClass messageClass in Enum.GetValues<StunClass>())
            {
                writer.Begin(messageClass, method, Transaction);
                Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out StunMessage message, out _, out _));
                Assert.Equal((messageClass, method), (message.Class, message.Method));
            }
        }

        writer.Begin(StunClass.SuccessResponse, StunMethod.Binding, Transaction);
        Assert.Equal("010100002112a4420102030405060708090a0b0c", Convert.ToHexStringLower(writer.Message.Span));
    }

    [Fact]
    public void Addresses_come_back()
        => Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Transaction, byte[] Address, ushort Port, bool IsIPv6)>(), t =>
        {
            byte[] id = [.. t.Transaction ?? [], .. Transaction];
            byte[] bytes = [.. t.Address ?? [], .. new byte[16]];
            IPEndPoint endPoint = new(new IPAddress(bytes.AsSpan(0, t.IsIPv6 ? 16 : 4)), t.Port);
            StunMessageWriter writer = new();
            writer.Begin(StunClass.SuccessResponse, StunMethod.Binding, id.AsSpan(0, 12));
            writer.AddAddress(StunAttributeType.XorMappedAddress, StunAddress.From(endPoint));
            writer.AddAddress(StunAttributeType.MappedAddress, StunAddress.From(endPoint));
            Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out StunMessage message, out _, out _));
            IPEndPoint expected = endPoint.Address.IsIPv4MappedToIPv6 ? new(endPoint.Address.MapToIPv4(), t.Port) : endPoint;
            Assert.True(message.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress seen));
            Assert.Equal(expected, seen.ToEndPoint());
            Assert.True(message.TryGetAddress(StunAttributeType.MappedAddress, out seen));
            Assert.Equal(expected, seen.ToEndPoint());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_would_not_read_back_is_refused()
    {
        StunMessageWriter writer = new();
        Assert.Throws<InvalidOperationException>(() => writer.AddFingerprint());
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Begin(StunClass.Request, 0x1000));
        Assert.Throws<ArgumentException>(() => writer.Begin(StunClass.Request, 1, [1, 2]));
        Assert.Throws<ArgumentException>(() => writer.Begin((StunClass)4, 1));
        writer.Begin(StunClass.Request, 1);
        Assert.Throws<ArgumentException>(() => writer.AddText(StunAttributeType.Username, new string('u', 509)));
        Assert.Throws<ArgumentException>(() => writer.AddText(StunAttributeType.Software, new string('s', 128)));
        Assert.ThrowsAny<ArgumentException>(() => writer.AddText(StunAttributeType.Software, "\ud800"));
        Assert.Throws<ArgumentException>(() => writer.AddText(StunAttributeType.AlternateDomain, "é"));
        Assert.Throws<ArgumentException>(() => writer.Add(StunAttributeType.Fingerprint, [0, 0, 0, 0]));
        Assert.Throws<ArgumentException>(() => writer.Add(StunAttributeType.MessageIntegrity, new byte[20]));
        Assert.Throws<ArgumentException>(() => writer.Add(StunAttributeType.XorMappedAddress, [0, 1, 0, 0]));
        Assert.Throws<ArgumentException>(() => writer.Add((StunAttributeType)0x10000, []));
        Assert.Throws<ArgumentException>(() => writer.AddAddress(StunAttributeType.Fingerprint, default));
        Assert.Throws<ArgumentException>(() => writer.AddAddress(StunAttributeType.Software, default));
        Assert.Throws<ArgumentException>(
            () => writer.AddAddress(StunAttributeType.MappedAddress, new StunAddress(UInt128.One << 32, 1, IsIPv6: false)));
        writer.AddAddress(StunAttributeType.AlternateServer, new StunAddress(uint.MaxValue, 1, IsIPv6: false));
        writer.AddAddress(StunAttributeType.MappedAddress, new StunAddress(UInt128.MaxValue, 1, IsIPv6: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.AddErrorCode(299, ""));
        Assert.Throws<ArgumentException>(() => writer.AddErrorCode(400, new string('r', 128)));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.AddIntegritySha256("k"u8, 12));
        writer.AddText(StunAttributeType.Username, new string('u', 508));
        writer.AddText(StunAttributeType.Software, new string('€', 127));
        writer.AddIntegrity("k"u8);
        Assert.Throws<InvalidOperationException>(() => writer.AddText(StunAttributeType.Software, "late"));
        writer.AddIntegritySha256("k"u8);
        Assert.Throws<InvalidOperationException>(() => writer.AddIntegrity("k"u8));
        writer.AddFingerprint();
        Assert.Throws<InvalidOperationException>(() => writer.AddFingerprint());
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out _, out _, out _));
    }

    [Fact]
    public void An_address_of_IPv4_that_is_mapped_into_IPv6_is_one_of_IPv4()
    {
        StunAddress address = StunAddress.From(IPEndPoint.Parse("[::ffff:192.0.2.1]:4660"));
        Assert.Equal((false, 8, "192.0.2.1:4660"), (address.IsIPv6, address.Size, address.ToEndPoint().ToString()));
        Assert.Equal("[2001:db8::1]:9", StunAddress.From(IPEndPoint.Parse("[2001:db8::1]:9")).ToEndPoint().ToString());
    }

    /// <summary>RFC 8489 §14.1: "The first 8 bits … MUST be ignored by receivers"; the family decides about the length.</summary>
    [Theory]
    [InlineData("0001123401020304", "1.2.3.4:4660")]
    [InlineData("ff01123401020304", "1.2.3.4:4660")]
    [InlineData("0002123401020304", null)]
    [InlineData("00011234010203", null)]
    [InlineData("0002123420010db8000000000000000000000001", "[2001:db8::1]:4660")]
    [InlineData("0001123420010db8000000000000000000000001", null)]
    [InlineData("", null)]
    public void A_family_has_addresses_of_one_length(string value, string? expected)
    {
        Assert.Equal(expected is not null, StunAddress.TryDecode(Convert.FromHexString(value), [], out StunAddress address));
        Assert.Equal(expected ?? "0.0.0.0:0", address.ToEndPoint().ToString());
    }

    [Theory]
    [InlineData(299, false)]
    [InlineData(300, true)]
    [InlineData(699, true)]
    [InlineData(700, false)]
    public void An_error_code_has_one_of_four_classes(int code, bool isOne)
    {
        StunMessageWriter writer = new();
        writer.Begin(StunClass.ErrorResponse, 1, Transaction);
        if (!isOne)
        {
            Assert.Throws<ArgumentOutOfRangeException>(nameof(code), () => writer.AddErrorCode(code, "no"));
            return;
        }

        writer.AddErrorCode(code, "no");
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out _, out _, out _));
    }

    [Theory]
    [InlineData(12, false)]
    [InlineData(16, true)]
    [InlineData(18, false)]
    [InlineData(32, true)]
    [InlineData(36, false)]
    public void A_shorter_hash_has_whole_words_and_half_the_length_at_least(int length, bool isOne)
    {
        StunMessageWriter writer = new();
        Assert.Throws<ArgumentException>(() => writer.Begin((StunClass)(-1), 1, Transaction));
        writer.Begin(StunClass.Request, 1, Transaction);
        if (!isOne)
        {
            Assert.Throws<ArgumentOutOfRangeException>(nameof(length), () => writer.AddIntegritySha256("k"u8, length));
            return;
        }

        writer.AddIntegritySha256("k"u8, length);
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out _, out _, out _));
    }

    [Fact]
    public void A_message_has_no_more_room_than_its_length_can_say()
    {
        StunMessageWriter writer = new();
        writer.Begin(StunClass.Indication, 1);
        writer.Add((StunAttributeType)0x9000, new byte[65_520]);
        Assert.Throws<InvalidOperationException>(() => writer.Add((StunAttributeType)0x9000, new byte[5]));
        writer.Add((StunAttributeType)0x9000, new byte[4]);
        Assert.Equal(65_552, writer.Message.Length);
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(writer.Message.Span, out _, out _, out _));
    }

    [Fact]
    public void Transactions_have_ids_of_their_own()
    {
        StunMessageWriter writer = new();
        HashSet<string> seen = [];
        for (int i = 0; i < 100; i++)
        {
            writer.Begin(StunClass.Request, StunMethod.Binding);
            Assert.True(seen.Add(Convert.ToHexString(writer.TransactionId)));
        }
    }
}
