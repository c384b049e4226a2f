using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

/// <summary>What a peer can make grow, at the defaults; and what must not be mistaken for an attack.</summary>
public class ChunkedLimitTests
{
    [Fact]
    public void An_endless_flood_of_extensions_fails_after_16_KiB_of_them()
    {
        // 101 bytes of extension in each line of 102: the budget is passed in the 163rd chunk.
        string chunk = $"1;{new string('a', 100)}\r\nX\r\n";
        (ChunkedProtocolError error, long offset, long body) = Run(Repeat(chunk, 10_000));
        Assert.Equal(ChunkedProtocolError.ExtensionsTooLong, error);
        Assert.Equal(162, 16 * 1024 / 101);
        Assert.Equal((162 * chunk.Length) + 1 + (16 * 1024) - (162 * 101), offset);
        Assert.Equal(162, body);
    }

    [Fact]
    public void A_million_chunks_of_one_byte_are_legal()
        => Assert.Equal((ChunkedProtocolError.None, 6L * (1 << 20) + 5, 1L << 20), Run(Repeat("1\r\nX\r\n", 1 << 20) + "0\r\n\r\n"));

    [Fact]
    public void A_hundred_thousand_chunks_of_ten_bytes_are_legal()
        => Assert.Equal((ChunkedProtocolError.None, 15L * 100_000 + 5, 1_000_000L), Run(Repeat("a\r\nAAAAAAAAAA\r\n", 100_000) + "0\r\n\r\n"));

    [Fact]
    public void A_hundred_thousand_chunks_with_an_extension_each_are_not()
        => Assert.Equal(ChunkedProtocolError.ExtensionsTooLong, Run(Repeat($"a; large={new string('a', 45)}\r\nAAAAAAAAAA\r\n", 100_000)).Error);

    [Fact]
    public void Extensions_of_two_chunks_count_together()
    {
        string chunk = $"1;{new string('x', 10_922)}\r\nA\r\n";
        ChunkedOptions options = new() { MaxLineLength = 16 * 1024 };
        Assert.Equal(ChunkedProtocolError.None, Run(chunk + "0\r\n\r\n", options).Error);
        (ChunkedProtocolError error, long offset, _) = Run(chunk + chunk + "0\r\n\r\n", options);
        Assert.Equal(ChunkedProtocolError.ExtensionsTooLong, error);
        Assert.Equal(chunk.Length + 1 + (16 * 1024) - 10_923, offset);
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    [InlineData(65_536, false)]
    public void A_chunk_line_has_4096_bytes(int length, bool legal)
    {
        string line = "5;a=" + new string('x', length - 4);
        (ChunkedProtocolError error, long offset, _) = Run(line + "\r\nhello\r\n0\r\n\r\n");
        Assert.Equal(legal ? ChunkedProtocolError.None : ChunkedProtocolError.LineTooLong, error);
        Assert.Equal(legal ? line.Length + 14 : 4096, offset);
    }

    [Fact]
    public void A_decoder_that_is_used_again_has_all_its_budgets_again()
    {
        // Each body alone uses all but a byte of what extensions, and what trailers, may be.
        ChunkedOptions options = new() { MaxExtensionBytes = 40, MaxTrailerBytes = 40, MaxTrailers = 2, MaxBodyLength = 1 };
        byte[] body = Encoding.ASCII.GetBytes($"1;{new string('a', 38)}\r\nX\r\n0\r\n{new string('b', 17)}: \r\n{new string('c', 17)}: \r\n\r\n");
        using ChunkedDecoder decoder = new(options);
        for (int round = 0; round < 3; round++)
        {
            ReadOnlySpan<byte> rest = body;
            OperationStatus status;
            while ((status = decoder.Decode(rest, out int consumed, out ChunkedElement element)) == OperationStatus.Done
                && element.Kind != ChunkedElementKind.End)
            {
                rest = rest[consumed..];
            }

            Assert.Equal((OperationStatus.Done, ChunkedProtocolError.None, (long)body.Length), (status, decoder.Error, decoder.Position));
            decoder.Reset();
        }
    }

    public static TheoryData<string> ForbiddenTrailers =>
    [
        "te", "Host", "Content-Length", "Transfer-Encoding", "If-Unmodified-Since", "Proxy-Authorization", "Proxy-Authenticate", "If-Modified-Since",
    ];

    [Theory]
    [MemberData(nameof(ForbiddenTrailers))]
    public void A_forbidden_trailer_is_known_wherever_its_name_is_cut(string name)
    {
        byte[] body = Encoding.ASCII.GetBytes($"0\r\n{name}: x\r\n\r\n");
        for (int at = 0; at < body.Length; at++)
        {
            using ChunkedDecoder decoder = new(new ChunkedOptions { RejectForbiddenTrailers = true });
            OperationStatus status = Feed.All<ChunkedElement>([body.AsMemory(0, at), body.AsMemory(at)], decoder.Decode, _ => { });
            Assert.Equal(
                (OperationStatus.InvalidData, ChunkedProtocolError.ForbiddenTrailer, 3L), (status, decoder.Error, decoder.ErrorOffset));
        }
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void There_are_100_trailers_at_most(int count, bool legal)
    {
        (ChunkedProtocolError error, long offset, _) = Run("0\r\n" + Repeat("A:b\r\n", count) + "\r\n");
        Assert.Equal(legal ? ChunkedProtocolError.None : ChunkedProtocolError.TooManyTrailers, error);
        Assert.Equal(legal ? 5 + (5 * count) : 3 + (5 * 100), offset);
    }

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    public void Trailers_have_16_KiB_together(int length, bool legal)
    {
        string trailers = "A:" + new string('b', 8190) + "\r\nA:" + new string('b', length - 8194) + "\r\n";
        (ChunkedProtocolError error, long offset, _) = Run("0\r\n" + trailers + "\r\n");
        Assert.Equal(legal ? ChunkedProtocolError.None : ChunkedProtocolError.TrailersTooLong, error);
        Assert.Equal(legal ? 5 + trailers.Length : 3 + trailers.Length - 3, offset);
    }

    [Fact]
    public void A_trailer_without_end_holds_no_more_than_the_limit()
    {
        using ChunkedDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode("0\r\n"u8, out _, out _));
        byte[] piece = [(byte)'a'];
        int taken = 0;
        while (decoder.Decode(piece, out int consumed, out _) == OperationStatus.NeedMoreData)
        {
            taken += consumed;
        }

        Assert.Equal((16 * 1024, ChunkedProtocolError.TrailersTooLong), (taken, decoder.Error));
    }

    [Fact]
    public void A_body_of_8_EiB_streams_through_without_overflow()
    {
        using ChunkedDecoder decoder = new();
        byte[] data = new byte[1 << 20];
        Assert.Equal(OperationStatus.Done, decoder.Decode("7fffffffffffffff\r\n"u8, out _, out ChunkedElement chunk));
        Assert.Equal(long.MaxValue, chunk.Remaining);
        for (long left = long.MaxValue; left > long.MaxValue - (64L << 20);)
        {
            Assert.Equal(OperationStatus.Done, decoder.Decode(data, out int consumed, out ChunkedElement piece));
            left -= consumed;
            Assert.Equal((left, data.Length), (piece.Remaining, piece.Data.Length));
        }

        Assert.Equal(64L << 20, decoder.BodyLength);
    }

    [Fact]
    public void Options_refuse_what_makes_no_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkedOptions { MaxLineLength = 15 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkedOptions { MaxExtensionBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkedOptions { MaxTrailers = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkedOptions { MaxTrailerBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkedOptions { MaxBodyLength = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkedWriterOptions { ChunkCapacity = 15 });
    }

    [Fact]
    public void Every_error_has_a_rule_and_a_status_code()
    {
        foreach (ChunkedProtocolError error in Enum.GetValues<ChunkedProtocolError>().Where(e => e != ChunkedProtocolError.None))
        {
            ProtocolRule rule = error.GetRule();
            Assert.StartsWith("RFC 9", rule.Section, StringComparison.Ordinal);
            Assert.False(rule.Text.EndsWith('.'));
            Assert.InRange(error.GetStatusCode(), 400, 431);
        }
    }

    /// <returns>The error and its offset, or <c>None</c> and the bytes consumed; and the length of the payload.</returns>
    private static (ChunkedProtocolError Error, long Offset, long Body) Run(string input, ChunkedOptions? options = null)
    {
        using ChunkedDecoder decoder = new(options);
        ReadOnlySpan<byte> source = Encoding.Latin1.GetBytes(input);
        while (decoder.Decode(source, out int consumed, out ChunkedElement element) == OperationStatus.Done && element.Kind != ChunkedElementKind.End)
        {
            source = source[consumed..];
        }

        return decoder.IsCompleted
            ? (ChunkedProtocolError.None, decoder.Position, decoder.BodyLength)
            : (decoder.Error, decoder.ErrorOffset, decoder.BodyLength);
    }

    private static string Repeat(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
