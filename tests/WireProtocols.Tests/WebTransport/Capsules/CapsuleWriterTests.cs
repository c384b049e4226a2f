using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class CapsuleWriterTests
{
    private static readonly CapsuleOptions Everything = new() { SkipUnknown = false };

    [Fact]
    public void Every_capsule_reads_back_as_it_was_written()
    {
        ArrayBufferWriter<byte> output = new();
        CapsuleWriter writer = new(output);
        writer.WriteDatagram([1, 2]);
        writer.WriteClose(4660, "bye ✓");
        writer.WriteDrain();
        writer.WriteMaxData(1337);
        writer.WriteDataBlocked(42);
        writer.WriteMaxStreams(WebTransportStreamDirection.Bidirectional, 1L << 60);
        writer.WriteMaxStreams(WebTransportStreamDirection.Unidirectional, 1);
        writer.WriteStreamsBlocked(WebTransportStreamDirection.Bidirectional, 2);
        writer.WriteStreamsBlocked(WebTransportStreamDirection.Unidirectional, 3);
        writer.WriteMaxStreamData(4, 5);
        writer.WriteStreamDataBlocked(4, 6);
        writer.WriteResetStream(4, 7, 8);
        writer.WriteStopSending(4, 9);
        writer.WriteStream(4, [0xaa], fin: false);
        writer.WriteStream(4, [], fin: true);
        writer.WritePadding(3);
        writer.Write(0x17, [0xbb]);
        string[] heads =
        [
            .. Decode(output.WrittenSpan).Where(r => r.StartsWith("capsule", StringComparison.Ordinal))
                .Select(r => r[(r.IndexOf("0x", StringComparison.Ordinal) + 2)..]),
        ];
        Assert.Equal(
            [
                "0 2 DATAGRAM", "2843 11 WT_CLOSE_SESSION code=4660 reason=62796520e29c93", "78ae 0 WT_DRAIN_SESSION",
                "190b4d3d 2 WT_MAX_DATA maximum=1337", "190b4d41 1 WT_DATA_BLOCKED maximum=42",
                "190b4d3f 8 WT_MAX_STREAMS maximum=1152921504606846976", "190b4d40 1 WT_MAX_STREAMS maximum=1",
                "190b4d43 1 WT_STREAMS_BLOCKED maximum=2", "190b4d44 1 WT_STREAMS_BLOCKED maximum=3",
                "190b4d3e 2 WT_MAX_STREAM_DATA stream=4 maximum=5", "190b4d42 2 WT_STREAM_DATA_BLOCKED stream=4 maximum=6",
                "190b4d39 3 WT_RESET_STREAM stream=4 code=7 size=8", "190b4d3a 2 WT_STOP_SENDING stream=4 code=9",
                "190b4d3c 2 WT_STREAM stream=4", "190b4d3b 1 WT_STREAM stream=4 fin", "190b4d38 3 PADDING", "17 1 unknown",
            ],
            heads);
    }

    [Fact]
    public void Older_dialects_swap_the_finishing_capsule_and_have_no_reliable_size()
    {
        ArrayBufferWriter<byte> output = new();
        CapsuleWriter writer = new(output, WebTransportDialect.Draft07);
        writer.WriteStream(0, [], fin: true);
        writer.WriteResetStream(0, 1, 99);
        Assert.Equal("990b4d3c0100" + "990b4d39020001", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void What_cannot_be_read_back_is_refused_before_a_byte_is_written()
    {
        ArrayBufferWriter<byte> output = new();
        CapsuleWriter writer = new(output);
        Assert.Throws<ArgumentException>(() => writer.WriteClose(0, new string('a', 1025)));
        Assert.Throws<ArgumentException>(() => writer.WriteClose(0, new string('é', 513)));
        Assert.Throws<ArgumentException>(() => writer.WriteClose(0, "\ud800"));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteMaxStreams(WebTransportStreamDirection.Bidirectional, (1L << 60) + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteMaxData(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteMaxData(1L << 62));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteStream(-1, [], false));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WritePadding(-1));
        Assert.Throws<ArgumentException>(() => writer.Write(CapsuleType.CloseSession, [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => writer.Write(CapsuleType.CloseSession, [0, 0, 0, 0, 0xff]));
        Assert.Throws<ArgumentException>(() => writer.Write(CapsuleType.DrainSession, [0]));
        Assert.Throws<ArgumentException>(() => writer.Write(CapsuleType.MaxData, [0x40]));
        Assert.Throws<ArgumentException>(() => writer.Write(CapsuleType.MaxData, [1, 1]));
        Assert.Throws<ArgumentException>(() => writer.Write(CapsuleType.Padding, [1]));
        Assert.Throws<ArgumentException>(() => writer.Write(CapsuleType.Stream3B, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(-1, []));
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory]
    [InlineData(CapsuleType.Padding, "000000", "990b4d3803000000")]
    [InlineData(CapsuleType.Stream3B, "01ff", "990b4d3b0201ff")]
    [InlineData(CapsuleType.MaxData, "4100", "990b4d3d024100")]
    [InlineData(CapsuleType.CloseSession, "00000001", "68430400000001")]
    [InlineData(CapsuleType.CloseSession, "00000001c3a9", "68430600000001c3a9")]
    [InlineData(CapsuleType.DrainSession, "", "800078ae00")]
    [InlineData(0x3f, "ff", "3f01ff")]
    public void A_value_that_is_right_is_written_as_it_is(long type, string value, string capsule)
    {
        ArrayBufferWriter<byte> output = new();
        new CapsuleWriter(output).Write(type, Convert.FromHexString(value));
        Assert.Equal(capsule, Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Theory]
    [InlineData("short", 5)]
    [InlineData("é", 2)]
    public void A_reason_that_fits_is_kept(string reason, int length)
    {
        byte[] utf8 = new byte[CapsuleEncoder.MaxReasonLength];
        Assert.Equal(length, CapsuleEncoder.TruncateReason(reason, utf8));
        Assert.Equal(reason, Encoding.UTF8.GetString(utf8, 0, length));
    }

    [Fact]
    public void A_reason_that_is_too_long_is_cut_between_characters()
    {
        byte[] utf8 = new byte[CapsuleEncoder.MaxReasonLength];
        Assert.Equal(1022, CapsuleEncoder.TruncateReason("ab" + new string('✓', 400), utf8));
        Assert.Equal(1024, CapsuleEncoder.TruncateReason(new string('a', 5000), utf8));
    }

    [Fact]
    public void Any_value_that_is_written_is_one_capsule_and_what_is_not_is_refused()
        => Prop.ForAll<uint, byte[]>((type, value) =>
        {
            long id = type % 4 == 0 ? CapsuleType.Padding + (type / 4 % 14) : type % 4 == 1 ? CapsuleType.CloseSession : type;
            ArrayBufferWriter<byte> output = new();
            try
            {
                new CapsuleWriter(output).Write(id, value);
                IReadOnlyList<string> rows = Decode(output.WrittenSpan);
                return rows.Count(r => r.StartsWith("capsule 0 ", StringComparison.Ordinal)) == 1 && rows[^1] == "end"
                    && rows.Count(r => r == "end") == 1;
            }
            catch (ArgumentException)
            {
                byte[] bytes = new byte[32 + value.Length];
                CapsuleEncoder.Encode(id, value, bytes, out int written);
                return output.WrittenCount == 0 && Decode(bytes.AsSpan(0, written))[^1].StartsWith("error", StringComparison.Ordinal);
            }
        }).Check(Config.QuickThrowOnFailure);

    private static IReadOnlyList<string> Decode(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        return new CapsuleSubject(Everything).Decode([copy]);
    }
}
