using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Buffers;
using WireProtocols.Fuzz.Buffers;

namespace WireProtocols.Tests.Buffers;

public class Utf8ValidatorTests
{
    /// <summary>The bytes at which a rule of RFC 3629 §4 begins or ends.</summary>
    private static readonly byte[] Edges =
    [
        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5,
        0xFF,
    ];

    /// <summary>Good and bad pieces of text; rows of them reach every state.</summary>
    private static readonly byte[][] Fragments =
    [
        "plain ASCII, long enough for a vector or two: 0123456789abcdefghijklmnopqrstuvwxyz"u8.ToArray(),
        "a"u8.ToArray(), "ß"u8.ToArray(), "字"u8.ToArray(), "漢字かな交じり文"u8.ToArray(), "🎉"u8.ToArray(), "\u0800\uD7FF\uE000\uFFFF"u8.ToArray(),
        [0x80], [0xC0, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xE5, 0xAD], [0xF0, 0x9F, 0x8E], [0xC3],
    ];

    [Fact]
    public void Every_one_and_two_byte_sequence()
    {
        for (int first = 0; first < 256; first++)
        {
            AssertAgrees([(byte)first]);
            for (int second = 0; second < 256; second++)
            {
                AssertAgrees([(byte)first, (byte)second]);
            }
        }
    }

    [Fact]
    public void Every_three_and_four_byte_sequence_of_boundary_bytes()
    {
        foreach (byte first in Edges)
        {
            foreach (byte second in Edges)
            {
                foreach (byte third in Edges)
                {
                    AssertAgrees([first, second, third]);
                    if (first >= 0xE0)
                    {
                        Array.ForEach(Edges, fourth => AssertAgrees([first, second, third, fourth]));
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("κόσμε — Grüße, 漢字 и русский 🎉👩‍💻")]
    [InlineData("a\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uFFFE\uFFFF\U00010000\U0010FFFF")]
    [InlineData("")]
    public void A_text_is_valid_at_every_split(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second++)
            {
                Utf8Validator validator = default;
                Assert.Equal(-1, Feed(ref validator, bytes, [first, second]));
                Assert.True(validator.IsComplete);
            }
        }
    }

    [Theory]
    [InlineData("c0", 0)] // a two-byte form of ASCII: its first byte is enough
    [InlineData("80", 0)]
    [InlineData("f5", 0)]
    [InlineData("cec0", 1)]
    [InlineData("e09f", 1)] // overlong, before the third byte is there
    [InlineData("eda0", 1)] // a surrogate
    [InlineData("f08f", 1)]
    [InlineData("f490", 1)] // beyond U+10FFFF
    [InlineData("e282ac61f09f9220", 7)]
    public void It_fails_at_the_first_byte_that_no_text_can_hold(string hex, int offset)
    {
        byte[] bytes = Convert.FromHexString(hex);
        foreach (int split in Enumerable.Range(0, bytes.Length + 1))
        {
            Utf8Validator validator = default;
            Assert.Equal(offset, Feed(ref validator, bytes, [split]));
        }
    }

    [Fact]
    public void The_state_between_pieces_says_whether_the_text_may_end()
    {
        Utf8Validator validator = default;
        Assert.True(validator.IsComplete);
        Assert.Equal(OperationStatus.NeedMoreData, validator.Validate([0xF0], out _));
        Assert.Equal(OperationStatus.NeedMoreData, validator.Validate([], out _));
        Assert.Equal(OperationStatus.NeedMoreData, validator.Validate([0x9F, 0x8E], out int index));
        Assert.Equal(-1, index);
        Assert.False(validator.IsComplete);
        Assert.Equal(OperationStatus.Done, validator.Validate([0x89], out _));
        Assert.True(validator.IsComplete);
    }

    [Fact]
    public void Reset_forgets_an_unfinished_and_a_broken_text()
    {
        Utf8Validator validator = default;
        validator.Validate([0xE2, 0x82], out _);
        validator.Reset();
        Assert.Equal(OperationStatus.Done, validator.Validate("a"u8, out _));
        Assert.Equal(OperationStatus.InvalidData, validator.Validate([0xFF], out _));
        validator.Reset();
        Assert.Equal(OperationStatus.Done, validator.Validate("a"u8, out _));
    }

    /// <summary>One bad byte, a cut character, or nothing wrong, at every length 0–300, where vectors begin and end, over every alignment.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("ß")]
    [InlineData("字")]
    [InlineData("🎉")]
    [InlineData("aß字🎉 mixed ")]
    public void Every_length_and_alignment_agrees_with_the_oracle(string unit)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 300)));
        byte[] room = new byte[512];
        for (int length = 0; length <= 300; length++)
        {
            int alignment = length % 64;
            Span<byte> piece = room.AsSpan(alignment, length);
            text.AsSpan(0, length).CopyTo(piece);
            AssertAgreesWhole(piece);
            foreach (int at in BadPlaces(length))
            {
                byte good = piece[at];
                foreach (byte bad in (ReadOnlySpan<byte>)[0x80, 0xC1, 0xFF, 0x41])
                {
                    piece[at] = bad;
                    AssertAgreesWhole(piece);
                }

                piece[at] = good;
            }
        }

        for (int alignment = 0; alignment < 64; alignment++)
        {
            Span<byte> piece = room.AsSpan(alignment, 200);
            text.AsSpan(0, 200).CopyTo(piece);
            for (int at = 0; at < 200; at++)
            {
                byte good = piece[at];
                piece[at] = 0xFF;
                AssertAgreesWhole(piece);
                piece[at] = good;
            }
        }
    }

    [Fact]
    public void Any_text_in_any_pieces_agrees_with_the_oracle()
    {
        Gen<byte[]> texts = Gen.Elements(Fragments).ArrayOf().Select(parts => parts.SelectMany(p => p).ToArray());
        Prop.ForAll(texts.ToArbitrary(), ArbMap.Default.ArbFor<int>(), (text, seed) =>
        {
            Utf8Validator validator = default;
            (int expected, bool complete) = NaiveUtf8.Validate(text);
            Assert.Equal(expected, Feed(ref validator, Segmentation.RandomPieces(text, new Random(seed))));
            Assert.True(expected >= 0 || validator.IsComplete == complete);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static IEnumerable<int> BadPlaces(int length)
        => new[] { 0, 1, length / 2, length - 34, length - 18, length - 4, length - 3, length - 2, length - 1 }.Where(i => i >= 0 && i < length)
            .Distinct();

    /// <summary>Whole, byte by byte, and at every two-way split.</summary>
    private static void AssertAgrees(byte[] text)
    {
        AssertAgreesWhole(text);
        (int expected, bool complete) = NaiveUtf8.Validate(text);
        for (int split = 1; split < text.Length; split++)
        {
            Utf8Validator validator = default;
            int actual = Feed(ref validator, text, [split]);
            Assert.True(
                actual == expected && (expected >= 0 || validator.IsComplete == complete), $"{Convert.ToHexStringLower(text)} split at {split}");
        }

        Utf8Validator trickled = default;
        Assert.Equal(expected, Feed(ref trickled, text, [.. Enumerable.Range(0, text.Length)]));
    }

    private static void AssertAgreesWhole(ReadOnlySpan<byte> text)
    {
        Utf8Validator validator = default;
        OperationStatus status = validator.Validate(text, out int index);
        (int expected, bool complete) = NaiveUtf8.Validate(text);
        OperationStatus expectedStatus = expected >= 0 ? OperationStatus.InvalidData : complete ? OperationStatus.Done : OperationStatus.NeedMoreData;
        if (status != expectedStatus || index != expected)
        {
            Assert.Fail($"{Convert.ToHexStringLower(text)}: {status} at {index}, not {expectedStatus} at {expected}");
        }
    }

    private static int Feed(ref Utf8Validator validator, byte[] text, int[] cuts)
    {
        List<ReadOnlyMemory<byte>> pieces = [];
        int start = 0;
        foreach (int end in cuts.Append(text.Length))
        {
            pieces.Add(text.AsMemory(start..end));
            start = end;
        }

        return Feed(ref validator, pieces);
    }

    /// <returns>The offset of the first invalid byte in the whole text, or -1.</returns>
    private static int Feed(ref Utf8Validator validator, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        int before = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            if (validator.Validate(piece.Span, out int index) == OperationStatus.InvalidData)
            {
                return before + index;
            }

            before += piece.Length;
        }

        return -1;
    }
}
