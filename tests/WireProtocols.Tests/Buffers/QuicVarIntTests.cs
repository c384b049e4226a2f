using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Buffers;
using WireProtocols.Fuzz.Buffers;

namespace WireProtocols.Tests.Buffers;

public class QuicVarIntTests
{
    /// <summary>Every boundary of every length, with its minimal encoding.</summary>
    public static TheoryData<long, string> Boundaries => new()
    {
        { 0, "00" },
        { 63, "3f" },
        { 64, "4040" },
        { 16_383, "7fff" },
        { 16_384, "80004000" },
        { 1_073_741_823, "bfffffff" },
        { 1_073_741_824, "c000000040000000" },
        { QuicVarInt.MaxValue, "ffffffffffffffff" },
    };

    /// <summary>RFC 9000, appendix A.1.</summary>
    [Theory]
    [InlineData("c2197c5eff14e88c", 151_288_809_941_952_652)]
    [InlineData("9d7f3e7d", 494_878_333)]
    [InlineData("7bbd", 15_293)]
    [InlineData("25", 37)]
    [InlineData("4025", 37)]
    public void The_examples_of_the_specification_decode_and_encode(string hex, long value)
    {
        byte[] bytes = Convert.FromHexString(hex);
        AssertDecodes(bytes, value);
        byte[] encoded = new byte[bytes.Length];
        Assert.Equal(OperationStatus.Done, QuicVarInt.Encode(value, bytes.Length, encoded, out int written));
        Assert.Equal(bytes.Length, written);
        Assert.Equal(bytes, encoded);
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Boundaries_take_the_minimum_number_of_bytes(long value, string hex)
    {
        byte[] expected = Convert.FromHexString(hex);
        byte[] encoded = new byte[QuicVarInt.MaxLength];
        Assert.Equal(OperationStatus.Done, QuicVarInt.Encode(value, encoded, out int written));
        Assert.Equal(expected, encoded[..written]);
        Assert.Equal(expected.Length, QuicVarInt.GetLength(value));
        Assert.Equal(expected.Length, QuicVarInt.GetLength(expected[0]));
        AssertDecodes(expected, value);
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Every_longer_encoding_means_the_same(long value, string hex)
    {
        for (int length = hex.Length / 2; length <= QuicVarInt.MaxLength; length *= 2)
        {
            byte[] encoded = new byte[length];
            Assert.Equal(OperationStatus.Done, QuicVarInt.Encode(value, length, encoded, out int written));
            Assert.Equal(length, written);
            AssertDecodes(encoded, value);
        }
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void A_cut_encoding_needs_more_data_and_consumes_nothing(long value, string hex)
    {
        _ = value;
        byte[] bytes = Convert.FromHexString(hex);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, QuicVarInt.Decode(bytes.AsSpan(0, length), out long none, out int consumed));
            Assert.Equal((0, 0), (none, consumed));
        }
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void A_destination_that_is_too_small_stays_as_it_was(long value, string hex)
    {
        for (int length = 0; length < hex.Length / 2; length++)
        {
            byte[] destination = [.. Enumerable.Repeat((byte)0xEE, length)];
            Assert.Equal(OperationStatus.DestinationTooSmall, QuicVarInt.Encode(value, destination, out int written));
            Assert.Equal(0, written);
            Assert.All(destination, b => Assert.Equal(0xEE, b));
        }
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    [InlineData(QuicVarInt.MaxValue + 1)]
    [InlineData(long.MaxValue)]
    public void Values_outside_62_bits_are_refused(long value)
    {
        byte[] destination = new byte[QuicVarInt.MaxLength];
        Assert.Throws<ArgumentOutOfRangeException>(nameof(value), () => QuicVarInt.GetLength(value));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(value), () => QuicVarInt.Encode(value, destination, out _));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(value), () => QuicVarInt.Encode(value, 8, destination, out _));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(0, 16)]
    [InlineData(0, -1)]
    [InlineData(64, 1)]
    [InlineData(16_384, 2)]
    [InlineData(1_073_741_824, 4)]
    public void A_length_that_is_none_or_does_not_hold_the_value_is_refused(long value, int length)
        => Assert.Throws<ArgumentOutOfRangeException>(nameof(length), () => QuicVarInt.Encode(value, length, new byte[16], out _));

    [Fact]
    public void Any_value_comes_back()
        => Prop.ForAll<long>(any =>
        {
            long value = any & QuicVarInt.MaxValue;
            byte[] encoded = new byte[QuicVarInt.MaxLength];
            QuicVarInt.Encode(value, encoded, out int written);
            AssertDecodes(encoded[..written], value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Any_bytes_decode_as_the_oracle_says()
        => Prop.ForAll<byte[]>(bytes =>
        {
            OperationStatus status = QuicVarInt.Decode(bytes, out long value, out int consumed);
            Assert.Equal(NaiveVarInt.Decode(bytes), (value, consumed));
            Assert.Equal(consumed == 0 ? OperationStatus.NeedMoreData : OperationStatus.Done, status);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    /// <summary>Alone, and with 1 to 9 bytes of something else behind it.</summary>
    private static void AssertDecodes(byte[] bytes, long expected)
    {
        for (int behind = 0; behind < 10; behind++)
        {
            byte[] source = [.. bytes, .. Enumerable.Repeat((byte)0xA5, behind)];
            Assert.Equal(OperationStatus.Done, QuicVarInt.Decode(source, out long value, out int consumed));
            Assert.Equal((expected, bytes.Length), (value, consumed));
        }
    }
}
