using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class QpackTests
{
    [Theory]
    [InlineData("0000", "")]
    [InlineData("0000 d1", ":method: GET")]
    [InlineData("0000 d9 c1", ":status: 200|:path: /")]
    [InlineData("0000 510b2f696e6465782e68746d6c", ":path: /index.html")] // RFC 9204 §B.1
    [InlineData("0000 ff23", "x-frame-options: sameorigin")] // 98, the last
    [InlineData("0000 50 01 61", ":authority: a")]
    [InlineData("0000 5f50 01 61", "user-agent: a")] // 95, an index of two bytes
    [InlineData("0000 226178 03313233", "ax: 123")]
    [InlineData("0000 32 6178 00", "ax: ")] // N
    [InlineData("0000 2700 61616161616161 00", "aaaaaaa: ")]
    [InlineData("0000 50 8c f1e3c2e5f23a6ba0ab90f4ff", ":authority: www.example.com")] // RFC 7541 §C.4.1
    [InlineData("0000 56 86 a8eb10649cbf", "date: no-cache")]
    [InlineData("00 7f00 d1", ":method: GET")] // any Base will do
    public void Sections_decode_to_their_fields(string hex, string fields)
    {
        Assert.Equal(OperationStatus.Done, Decode(hex, long.MaxValue, out IReadOnlyList<Http3Field> decoded, out _, out _));
        Assert.Equal(fields, string.Join('|', decoded.Select(f => $"{f.Name}: {f.Value}")));
    }

    [Theory]
    [InlineData("", WebTransportProtocolError.QpackTruncated, 0)]
    [InlineData("00", WebTransportProtocolError.QpackTruncated, 1)]
    [InlineData("01 00", WebTransportProtocolError.QpackDynamicReference, 0)]
    [InlineData("ff00 00", WebTransportProtocolError.QpackDynamicReference, 0)]
    [InlineData("00 80", WebTransportProtocolError.QpackInvalidBase, 1)]
    [InlineData("0000 80", WebTransportProtocolError.QpackDynamicReference, 2)] // indexed, dynamic
    [InlineData("0000 10", WebTransportProtocolError.QpackDynamicReference, 2)] // indexed, post-base
    [InlineData("0000 40 00", WebTransportProtocolError.QpackDynamicReference, 2)] // name reference, dynamic
    [InlineData("0000 00 00", WebTransportProtocolError.QpackDynamicReference, 2)] // name reference, post-base
    [InlineData("0000 d1 ff24", WebTransportProtocolError.QpackInvalidStaticIndex, 3)]
    [InlineData("0000 5f54 00", WebTransportProtocolError.QpackInvalidStaticIndex, 2)]
    [InlineData("0000 ff", WebTransportProtocolError.QpackTruncated, 2)]
    [InlineData("0000 ff80", WebTransportProtocolError.QpackTruncated, 2)]
    [InlineData("0000 ffffffffffffffffff7f", WebTransportProtocolError.QpackIntegerTooLarge, 2)]
    [InlineData("0000 ff8080808080808080808000", WebTransportProtocolError.QpackIntegerTooLarge, 2)]
    [InlineData("0000 50", WebTransportProtocolError.QpackTruncated, 3)]
    [InlineData("0000 50 02 61", WebTransportProtocolError.QpackTruncated, 3)]
    [InlineData("0000 50 7f ffffffffffffff3f", WebTransportProtocolError.QpackTruncated, 3)]
    [InlineData("0000 22 61", WebTransportProtocolError.QpackTruncated, 2)]
    [InlineData("0000 50 84 ffffffff", WebTransportProtocolError.QpackInvalidHuffman, 3)] // EOS
    [InlineData("0000 50 82 1fff", WebTransportProtocolError.QpackInvalidHuffman, 3)] // padding of more than 7 bits
    [InlineData("0000 50 81 18", WebTransportProtocolError.QpackInvalidHuffman, 3)] // padding with zeros
    public void Others_fail_with_their_rule_and_their_place(string hex, WebTransportProtocolError expected, int index)
    {
        Assert.Equal(
            OperationStatus.InvalidData,
            Decode(hex, long.MaxValue, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out int errorIndex));
        Assert.Equal((expected, index), (error, errorIndex));
        Assert.Empty(fields);
    }

    [Theory]
    [InlineData("0000 d1 d1", 84, true)] // 2 * (7 + 3 + 32)
    [InlineData("0000 d1 d1", 83, false)]
    [InlineData("0000 21 61 02 6161", 35, true)]
    [InlineData("0000 21 61 02 6161", 34, false)]
    [InlineData("0000 50 8c f1e3c2e5f23a6ba0ab90f4ff", 57, true)]
    [InlineData("0000 50 8c f1e3c2e5f23a6ba0ab90f4ff", 56, false)]
    [InlineData("0000 50 8c f1e3c2e5f23a6ba0ab90f4ff", 3, false)]
    public void The_limit_counts_names_values_and_32_bytes_a_field(string hex, long limit, bool fits)
    {
        OperationStatus status = Decode(hex, limit, out _, out WebTransportProtocolError error, out _);
        Assert.Equal(fits ? OperationStatus.Done : OperationStatus.InvalidData, status);
        Assert.Equal(fits ? WebTransportProtocolError.None : WebTransportProtocolError.FieldSectionTooLarge, error);
    }

    [Fact]
    public void An_integer_of_62_bits_is_read()
    {
        Assert.Equal(OperationStatus.Done, QpackInteger.Decode(Convert.FromHexString("ff80feffffffffffff3f"), 8, out long value, out int consumed));
        Assert.Equal((QuicMax, 10), (value, consumed));
        Assert.Equal(OperationStatus.InvalidData, QpackInteger.Decode(Convert.FromHexString("ff81feffffffffffff3f"), 8, out _, out _));
    }

    [Fact]
    public void Integers_survive_in_every_prefix()
        => Prop.ForAll<ulong, byte>((number, bits) =>
        {
            long value = (long)(number >> (2 + (bits % 60)));
            int prefix = 1 + (bits % 8);
            byte[] bytes = new byte[QpackInteger.MaxLength + 1];
            int written = QpackInteger.Encode(value, prefix, 0, bytes);
            return QpackInteger.Decode(bytes.AsSpan(0, written), prefix, out long back, out int consumed) == OperationStatus.Done
                && back == value && consumed == written
                && QpackInteger.Decode(bytes.AsSpan(0, written - 1), prefix, out _, out _) == OperationStatus.NeedMoreData;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void The_static_table_has_the_entries_of_the_appendix()
    {
        Assert.Equal(99, QpackStaticTable.Entries.Length);
        Assert.Equal(new Http3Field(":authority", ""), QpackStaticTable.Entries[0]);
        Assert.Equal(new Http3Field(":method", "CONNECT"), QpackStaticTable.Entries[15]);
        Assert.Equal(new Http3Field(":scheme", "https"), QpackStaticTable.Entries[23]);
        Assert.Equal(new Http3Field("content-type", "text/plain;charset=utf-8"), QpackStaticTable.Entries[54]);
        Assert.Equal(new Http3Field("strict-transport-security", "max-age=31536000; includesubdomains; preload"), QpackStaticTable.Entries[58]);
        Assert.Equal(
            new Http3Field("content-security-policy", "script-src 'none'; object-src 'none'; base-uri 'none'"), QpackStaticTable.Entries[85]);
        Assert.Equal(new Http3Field("x-frame-options", "sameorigin"), QpackStaticTable.Entries[98]);
    }

    [Fact]
    public void Every_octet_survives_Huffman_and_the_oracle_agrees()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        for (int length = 0; length <= 256; length++)
        {
            byte[] source = all[^length..];
            byte[] encoded = new byte[Huffman.GetEncodedLength(source)];
            Assert.Equal(OperationStatus.Done, Huffman.Encode(source, encoded, out int written));
            Assert.Equal(encoded.Length, written);
            Assert.Equal(source, NaiveHuffman.Decode(encoded));
            byte[] decoded = new byte[length];
            Assert.Equal(OperationStatus.Done, Huffman.Decode(encoded, decoded, out int back));
            Assert.Equal(source, decoded[..back]);
            if (length > 0)
            {
                Assert.Equal(OperationStatus.DestinationTooSmall, Huffman.Decode(encoded, decoded.AsSpan(1), out _));
                Assert.Equal(OperationStatus.DestinationTooSmall, Huffman.Encode(source, encoded.AsSpan(1), out int none));
                Assert.Equal(0, none);
            }
        }
    }

    /// <summary>A letter has five to eight bits, a brace has fifteen, and a text is written the other way where that is shorter.</summary>
    [Theory]
    [InlineData("aaaaaaaaaaaaaaaa", "8a18c6318c6318c6318c63")]
    [InlineData("{{{", "037b7b7b")]
    [InlineData("", "00")]
    public void A_text_is_sent_in_the_shorter_of_its_forms(string value, string expected)
    {
        ArrayBufferWriter<byte> output = new();
        QpackEncoder.Encode([new Http3Field("x-y", value)], output);
        Assert.Equal("0000" + "23782d79" + expected, Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Theory]
    [InlineData("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff")] // RFC 7541 §C.4
    [InlineData("no-cache", "a8eb10649cbf")]
    [InlineData("custom-value", "25a849e95bb8e8b4bf")]
    public void Huffman_gives_the_bytes_of_the_examples(string text, string hex)
    {
        byte[] encoded = new byte[32];
        Huffman.Encode(Encoding.ASCII.GetBytes(text), encoded, out int written);
        Assert.Equal(hex, Convert.ToHexStringLower(encoded.AsSpan(0, written)));
    }

    [Fact]
    public void Any_bytes_are_Huffman_or_not_as_the_oracle_says()
        => Prop.ForAll<byte[]>(source =>
        {
            byte[] decoded = new byte[Huffman.GetMaxDecodedLength(source.Length)];
            OperationStatus status = Huffman.Decode(source, decoded, out int written);
            return NaiveHuffman.Decode(source) is { } expected
                ? status == OperationStatus.Done && expected.AsSpan().SequenceEqual(decoded.AsSpan(0, written))
                : status == OperationStatus.InvalidData;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Fields_that_may_be_sent_survive_and_others_are_refused_before_a_byte_is_written()
        => Prop.ForAll<string[]>(texts =>
        {
            Http3Field[] fields
                = [.. texts.Where(t => t is not null).Select((t, i) => new Http3Field(i % 3 == 0 ? ":path" : i % 3 == 1 ? "accept" : $"x-{i}", t))];
            bool good = fields.All(
                f => f.Value == f.Value.Trim(' ', '\t') && f.Value.All(c => c is '\t' or (>= ' ' and <= '~') or (>= '\x80' and <= '\xff')));
            ArrayBufferWriter<byte> output = new();
            try
            {
                QpackEncoder.Encode(fields, output);
                return good && QpackDecoder.Decode(
                    output.WrittenSpan,
                    long.MaxValue,
                    out IReadOnlyList<Http3Field> back,
                    out _,
                    out _) == OperationStatus.Done && back.SequenceEqual(fields);
            }
            catch (ArgumentException)
            {
                return !good && output.WrittenCount == 0;
            }
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("a b")]
    [InlineData("a\r\nb")]
    public void Names_that_no_field_has_are_refused(string name)
        => Assert.Throws<ArgumentException>(() => QpackEncoder.Encode([new Http3Field(name, "v")], new ArrayBufferWriter<byte>()));

    [Theory]
    [InlineData(true, "20", -1)]
    [InlineData(true, "2020", -1)]
    [InlineData(true, "21", 0)] // a capacity of 1
    [InlineData(true, "20c0", 1)] // insert
    [InlineData(true, "4161", 0)]
    [InlineData(true, "00", 0)] // duplicate
    [InlineData(false, "40", -1)] // cancellation
    [InlineData(false, "7f00 7fffff03 44", -1)]
    [InlineData(false, "80", 0)] // acknowledgment
    [InlineData(false, "4001", 1)] // increment
    [InlineData(false, "7f808080808080808080808000", 10)]
    public void Instructions_that_a_table_without_capacity_allows(bool encoder, string hex, int errorIndex)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        QpackStreamDecoder whole = new(encoder);
        Assert.Equal(errorIndex < 0 ? OperationStatus.Done : OperationStatus.InvalidData, whole.Decode(bytes, out int index));
        Assert.Equal(errorIndex, index);
        QpackStreamDecoder split = new(encoder);
        int first = Enumerable.Range(0, bytes.Length).FirstOrDefault(i => split.Decode(bytes.AsSpan(i, 1), out _) == OperationStatus.InvalidData, -1);
        Assert.Equal(errorIndex, first);
    }

    private const long QuicMax = (1L << 62) - 1;

    private static OperationStatus Decode(
        string hex, long limit, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out int errorIndex)
        => QpackDecoder.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), limit, out fields, out error, out errorIndex);
}
