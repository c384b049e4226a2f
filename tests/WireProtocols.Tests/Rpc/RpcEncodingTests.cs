using System.IO.Compression;
using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcEncodingTests
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("again and ", 5000)));

    public static TheoryData<string> Names => [.. RpcEncoding.All.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Messages_of_all_lengths_come_out_as_they_were(string name)
    {
        RpcEncoding encoding = Get(name);
        for (int length = 1; length < 300; length++)
        {
            Assert.Equal(Message[..length], encoding.Decompress(encoding.Compress(Message.AsSpan(0, length)), length));
        }

        Assert.Equal(Message, encoding.Decompress(encoding.Compress(Message), Message.Length));
        Assert.Null(encoding.Decompress(encoding.Compress(Message), Message.Length - 1));
    }

    /// <summary>Copies of the last bytes, so that a look at the end of a message alone is fooled.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_follows_a_compressed_message(string name)
    {
        RpcEncoding encoding = Get(name);
        foreach (byte[] message in (byte[][])[Message, [1]])
        {
            byte[] whole = encoding.Compress(message);
            foreach (byte[] more in (byte[][])[[0], [0x1F], whole[^4..], whole[Math.Max(0, whole.Length - 8)..], whole, new byte[20000]])
            {
                Assert.Throws<InvalidDataException>(() => encoding.Decompress((byte[])[.. whole, .. more], 1_000_000));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_that_is_cut_anywhere_is_none(string name)
    {
        RpcEncoding encoding = Get(name);
        byte[] whole = encoding.Compress(Message.AsSpan(0, 100));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => encoding.Decompress(whole.AsMemory(0, length), 1000));
        }
    }

    [Theory]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 4)]
    [InlineData("deflate", 4)]
    public void A_checksum_that_is_wrong_is_an_error(string name, int fromEnd)
    {
        RpcEncoding encoding = Get(name);
        byte[] whole = encoding.Compress(Message);
        whole[^fromEnd] ^= 1;
        Assert.Throws<InvalidDataException>(() => encoding.Decompress(whole, 1_000_000));
    }

    [Fact]
    public void The_head_of_gzip_may_have_all_its_fields()
    {
        byte[] whole = RpcEncoding.Gzip.Compress(Message);
        byte[] rich = [0x1F, 0x8B, 8, 0x1F, .. whole[4..10], 2, 0, 7, 7, .. "name\0"u8, .. "comment\0"u8, 0, 0, .. whole[10..]];
        Assert.Equal(Message, RpcEncoding.Gzip.Decompress(rich, 1_000_000));
        rich[3] |= 0x20;
        Assert.Throws<InvalidDataException>(() => RpcEncoding.Gzip.Decompress(rich, 1_000_000));
    }

    [Fact]
    public void Whatever_a_stream_throws_is_bad_input()
    {
        RpcEncoding encoding = new("mine", _ => throw new FormatException("mine"), stream => stream);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => encoding.Decompress(new byte[1], 10));
        Assert.IsType<FormatException>(exception.InnerException);
    }

    [Fact]
    public void A_stream_that_stops_before_its_end_is_bad_input()
    {
        RpcEncoding encoding = new(
            "mine", stream => new ZLibStream(stream, CompressionMode.Decompress), stream => new ZLibStream(stream, CompressionLevel.Fastest, true));
        byte[] whole = encoding.Compress(Message);
        Assert.Equal(Message, encoding.Decompress(whole, 1_000_000));
        Assert.Throws<InvalidDataException>(() => encoding.Decompress((byte[])[.. whole, 0], 1_000_000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("a\r\nb: c")]
    [InlineData("Ünicode")]
    [InlineData("identity")]
    public void A_name_can_stand_in_a_field(string name)
        => Assert.Throws<ArgumentException>(() => new RpcEncoding(name, stream => stream, stream => stream));

    private static RpcEncoding Get(string name) => RpcEncoding.All.Single(e => e.Name == name);
}
