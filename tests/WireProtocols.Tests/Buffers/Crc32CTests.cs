using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.Tests.Buffers;

public class Crc32CTests
{
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Known_checksums(string text, uint expected)
        => Assert.Equal(expected, Crc32C.End(Crc32C.Append(Crc32C.Start, Encoding.ASCII.GetBytes(text))));

    /// <summary>RFC 3720 §B.4: 32 bytes of zeros, of ones, and counted.</summary>
    [Fact]
    public void The_examples_of_iscsi()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.End(Crc32C.Append(Crc32C.Start, new byte[32])));
        Assert.Equal(0x62A8AB43u, Crc32C.End(Crc32C.Append(Crc32C.Start, [.. Enumerable.Repeat((byte)0xFF, 32)])));
        Assert.Equal(0x46DD794Eu, Crc32C.End(Crc32C.Append(Crc32C.Start, [.. Enumerable.Range(0, 32).Select(i => (byte)i)])));
    }

    [Fact]
    public void Instruction_and_table_agree_at_every_length_and_alignment()
    {
        byte[] bytes = new byte[320];
        new Random(1).NextBytes(bytes);
        for (int start = 0; start < 16; start++)
        {
            for (int length = 0; length <= 300; length++)
            {
                ReadOnlySpan<byte> piece = bytes.AsSpan(start, length);
                Assert.Equal(Crc32C.AppendByTable(7u, piece), Crc32C.Append(7u, piece));
            }
        }
    }

    [Fact]
    public void Pieces_are_as_good_as_the_whole()
    {
        byte[] bytes = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        uint whole = Crc32C.Append(Crc32C.Start, bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(whole, Crc32C.Append(Crc32C.Append(Crc32C.Start, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }
}
