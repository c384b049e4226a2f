using System.Buffers;
using System.Text;
using WireProtocols.Ndjson;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Ndjson;

/// <summary>What a peer can make grow, at the defaults.</summary>
public class NdjsonLimitTests
{
    [Theory]
    [InlineData(NdjsonFormat.Lines, false)]
    [InlineData(NdjsonFormat.TextSequence, false)]
    [InlineData(NdjsonFormat.Lines, true)]
    [InlineData(NdjsonFormat.TextSequence, true)]
    public void A_record_without_end_holds_no_more_than_the_limit(NdjsonFormat format, bool goesOn)
    {
        using NdjsonDecoder decoder = new(new NdjsonOptions { Format = format, ContinueOnError = goesOn });
        byte[] piece = new byte[4096];
        piece.AsSpan().Fill((byte)'1');
        Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(format == NdjsonFormat.Lines ? "1"u8 : "\u001e1"u8, out _, out _));
        long start = format == NdjsonFormat.Lines ? 0 : 1;
        int bad = 0;
        for (int round = 0; round < 1000; round++)
        {
            OperationStatus status = decoder.Decode(piece, out int consumed, out NdjsonRecord record);
            if (status == OperationStatus.Done)
            {
                bad++;
                Assert.Equal((NdjsonProtocolError.RecordTooLong, start + (1024 * 1024)), (record.Error, record.ErrorOffset));
                Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(piece.AsSpan(consumed), out _, out _));
            }
        }

        Assert.Equal(goesOn ? 1 : 0, bad);
        Assert.Equal(goesOn ? NdjsonProtocolError.None : NdjsonProtocolError.RecordTooLong, decoder.Error);
    }

    /// <summary>One byte more than the limit may be the CR of the line's end, or the line feed of a text's; two are no record any more, whatever
    /// comes.</summary>
    [Theory]
    [InlineData(NdjsonFormat.Lines, "\"345678\"\r", OperationStatus.NeedMoreData)]
    [InlineData(NdjsonFormat.Lines, "\"345678\"x", OperationStatus.InvalidData)]
    [InlineData(NdjsonFormat.Lines, "\"345678\"x\r", OperationStatus.InvalidData)]
    [InlineData(NdjsonFormat.Lines, "\"345678\"\r\r", OperationStatus.InvalidData)]
    [InlineData(NdjsonFormat.TextSequence, "\u001e[345678\n", OperationStatus.NeedMoreData)]
    [InlineData(NdjsonFormat.TextSequence, "\u001e[345678xx", OperationStatus.InvalidData)]
    public void A_record_that_is_too_long_is_refused_at_once(NdjsonFormat format, string input, OperationStatus expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(input);
        int limit = format == NdjsonFormat.Lines ? 8 : 7;
        for (int at = 0; at < bytes.Length; at++)
        {
            using NdjsonDecoder decoder = new(new NdjsonOptions { Format = format, MaxRecordLength = limit });
            OperationStatus status = Feed.All<NdjsonRecord>([bytes.AsMemory(0, at), bytes.AsMemory(at)], decoder.Decode, _ => { });
            Assert.Equal(expected, status);
        }
    }

    [Fact]
    public void Nesting_without_end_is_refused_and_costs_no_stack()
    {
        byte[] line = Encoding.ASCII.GetBytes(new string('[', 1_000_000) + "\n");
        using NdjsonDecoder decoder = new();
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode(line, out _, out _));
        Assert.Equal((NdjsonProtocolError.NestingTooDeep, 64L), (decoder.Error, decoder.ErrorOffset));
    }

    [Fact]
    public void A_record_that_arrives_byte_by_byte_is_not_read_again_and_again()
    {
        // A million bytes in a million pieces: quadratic work would not end.
        using NdjsonDecoder decoder = new();
        byte[] piece = [(byte)'"'];
        decoder.Decode(piece, out _, out _);
        piece[0] = (byte)'x';
        for (int i = 0; i < 1_000_000; i++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(piece, out _, out _));
        }

        Assert.Equal(OperationStatus.Done, decoder.Decode("\"\n"u8, out _, out NdjsonRecord record));
        Assert.Equal(1_000_002, record.Data.Length);
    }

    [Fact]
    public void Reading_a_record_allocates_nothing()
    {
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"some\":\"thing\",\"n\":[1,2,3]}\n", 100)));
        using NdjsonDecoder decoder = new();
        Assert.Equal(0, Allocations.Of(() =>
        {
            ReadOnlySpan<byte> source = lines.AsSpan(0, 10);
            ReadOnlySpan<byte> rest = lines.AsSpan(10);
            decoder.Decode(source, out _, out _);
            while (decoder.Decode(rest, out int consumed, out _) == OperationStatus.Done)
            {
                rest = rest[consumed..];
            }
        }));
    }

    [Fact]
    public void Every_error_has_a_rule()
    {
        foreach (NdjsonProtocolError error in Enum.GetValues<NdjsonProtocolError>().Where(e => e != NdjsonProtocolError.None))
        {
            ProtocolRule rule = error.GetRule();
            Assert.NotEqual("", rule.Section);
            Assert.False(rule.Text.EndsWith('.'));
        }
    }
}
