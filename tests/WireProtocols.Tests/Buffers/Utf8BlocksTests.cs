using System.Buffers.Binary;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Fuzz.Buffers;

namespace WireProtocols.Tests.Buffers;

/// <summary>Each size of vector that the machine has, against the oracle.</summary>
public class Utf8BlocksTests
{
    private delegate int SkipBlocks(ReadOnlySpan<byte> text, int index);

    private static readonly (bool IsSupported, int Size, SkipBlocks Skip)[] Blocks =
    [
        (Utf8Block128.IsSupported, Utf8Block128.Size, Utf8Blocks.Skip<Utf8Block128>),
        (Utf8Block256.IsSupported, Utf8Block256.Size, Utf8Blocks.Skip<Utf8Block256>),
        (Utf8Block512.IsSupported, Utf8Block512.Size, Utf8Blocks.Skip<Utf8Block512>),
    ];

    private static readonly string[] Units
        = ["a", "ß", "字", "🎉", "aß字🎉 mixed ", "plain, plain, plain, plain, plain, plain, plain, plain, plain, plain, 字"];

    public static TheoryData<int> Sizes => [.. Blocks.Select(b => b.Size)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Valid_text_of_every_length_and_alignment_is_passed_over_to_its_last_character(int size)
    {
        SkipBlocks skip = Get(size);
        foreach (string unit in Units)
        {
            byte[] text = Encoding.UTF8.GetBytes("abc" + string.Concat(Enumerable.Repeat(unit, 400)));
            for (int length = size + Utf8Blocks.LookBehind; length <= 300 + size; length++)
            {
                Span<byte> piece = new byte[length + 64].AsSpan(length % 64, length);
                text.AsSpan(0, length).CopyTo(piece);
                int reached = skip(piece, Utf8Blocks.LookBehind);
                Assert.InRange(length - reached, 0, 3);
                Assert.Equal((-1, true), NaiveUtf8.Validate(piece[..reached]));
                Assert.True(length == reached || !NaiveUtf8.Validate(piece[reached..]).IsComplete);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_error_is_never_passed_over(int size)
    {
        SkipBlocks skip = Get(size);
        foreach (string unit in Units)
        {
            byte[] text = Encoding.UTF8.GetBytes("abc" + string.Concat(Enumerable.Repeat(unit, 600)))[..(9 * size)];
            for (int at = Utf8Blocks.LookBehind; at < text.Length - 1; at++)
            {
                byte[] good = [text[at], text[at + 1]];
                foreach (byte[] bad
                    in (byte[][])[[0x80], [0xC0], [0xFF], [0x41], [0xE0, 0x80], [0xED, 0xA0], [0xF0, 0x80], [0xF4, 0x90], [0xC3, 0xC3]])
                {
                    bad.CopyTo(text, at);
                    AssertStopsAtTheError(skip, size, text);
                    good.CopyTo(text, at);
                }
            }
        }
    }

    /// <summary>Two bytes say all that the lookups look at: each pair, behind each kind of first byte and before continuations.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_pair_of_bytes_is_judged_as_the_oracle_judges_it(int size)
    {
        SkipBlocks skip = Get(size);
        byte[] text = new byte[(2 * size) + 8];
        byte[][] before = [[], [0xC3], [0xE0], [0xE5], [0xED], [0xEF, 0x80], [0xF0], [0xF1, 0x80], [0xF4]];
        foreach (byte[] first in before)
        {
            for (int pair = 0; pair < 65_536; pair++)
            {
                Array.Fill(text, (byte)'a');
                Span<byte> at = text.AsSpan(4 + (pair % size));
                first.CopyTo(at);
                BinaryPrimitives.WriteUInt16BigEndian(at[first.Length..], (ushort)pair);
                at[first.Length + 2] = 0x80;
                AssertStopsAtTheError(skip, size, text);
            }
        }
    }

    [Fact]
    public void Without_look_behind_only_ASCII_is_passed_over()
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('字', 100));
        Assert.Equal(0, Utf8Blocks.Skip(text, 0));
        byte[] ascii = [.. Enumerable.Repeat((byte)'a', 300)];
        if (Utf8Block128.IsSupported)
        {
            Assert.Equal(300, Utf8Blocks.Skip(ascii, 0));
        }

        Assert.Equal(5, Utf8Blocks.Skip(ascii.AsSpan(0, 15), 5));
    }

    private static void AssertStopsAtTheError(SkipBlocks skip, int size, byte[] text)
    {
        int reached = skip(text, Utf8Blocks.LookBehind);
        (int error, _) = NaiveUtf8.Validate(text);
        bool stops = error < 0 ? text.Length - reached <= 3 : reached <= error && error - reached <= size + 3;
        bool isBoundary = reached == text.Length || reached == error || (text[reached] & 0xC0) != 0x80;
        if (!stops || !isBoundary)
        {
            Assert.Fail($"{Convert.ToHexStringLower(text)}: reached {reached}, the error is at {error}");
        }
    }

    private static SkipBlocks Get(int size)
    {
        (bool isSupported, _, SkipBlocks skip) = Blocks.Single(b => b.Size == size);
        Assert.SkipUnless(isSupported, $"This processor has no vectors of {size} bytes.");
        return skip;
    }
}
