using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Ndjson;

namespace WireProtocols.Tests.Ndjson;

/// <summary>The checker against <see cref="Utf8JsonReader"/>, whole and at every split.</summary>
public class JsonSyntaxTests
{
    private const int MaxDepth = 8;

    /// <summary>Texts with something at each edge of RFC 8259, good and bad.</summary>
    public static TheoryData<string> Texts { get; } =
    [
        "", " ", "null", "true", "false", "nul", "nulL", "nullx", "truefalse", "tru\u00e9", "n", "{}", "[]", "{ }", "[ ]", "[[]]",
        "[[[[[[[[]]]]]]]]", "[[[[[[[[[]]]]]]]]]", "{\"a\":{\"b\":{\"c\":{}}}}", "{\"a\":[{\"b\":[{\"c\":[{\"d\":[{}]}]}]}]}", "[1,2,3]", "[1,]",
        "[,1]", "[1 2]", "[1,,2]", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\" : 1 , \"b\" : 2}", "{a:1}", "{1:2}", "{\"a\":1 \"b\":2}",
        "{\"a\":1]", "[1}", "]", "}", ",", ":", "1,2", "\"a\":1", "[\"a\":1]", "{\"a\",1}", "{}{}", "[] []", "1 2", "0", "-0", "01", "-01", "00",
        "1", "-", "--1", "+1", "1.", ".5", "1.5", "1.05", "1.5.5", "1e", "1e5", "1E+5", "1e-5", "1e+", "1e5.5", "-1.5e+10", "1a", "0x1", "1_0",
        "Infinity", "NaN", "-Infinity", "123456789012345678901234567890", "[0,-0.0,1e0,0e1]", "[0.0e00]", "0 ", " 0", "\t\r\n 0 \t\r\n",
        "\u00a00", "\ufeff0", "\"\"", "\"a", "\"\\\"\"", "\"\\\\\"", "\"\\\"", "\"\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\"", "\"\\u00\"", "\"\\u004\"",
        "\"\\u004g\"", "\"\\uD800\"", "\"\\x\"", "\"\\a\"", "\"\\'\"", "'a'", "\"\t\"", "\"\n\"", "\"\0\"", "\"\u001f\"", "\"\u007f\"",
        "\"\u00e9\u4e2d\U0001F600\"", "[\"a\\nb\",\"c\"]", "{\"\\u0061\\\"\":\"\\\\\"}", "{\"\":\"\"}", "{\"a\":\"b\",\"a\":\"c\"}", "/**/1",
        "1//", "[1/*x*/]", "{\"a\":tRue}", "[true,false,null]", "[tru]",
        "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\\n\"}",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_is_what_the_platforms_reader_says(string text) => Check(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("nope", 1)]
    [InlineData("[1,]", 3)]
    [InlineData("{\"a\":1,}", 7)]
    [InlineData("01", 1)]
    [InlineData("\"a\tb\"", 2)]
    [InlineData("\"\\x\"", 2)]
    [InlineData("\"\\u00g0\"", 5)]
    [InlineData("{\"a\":", 5)]
    [InlineData("1.x", 2)]
    [InlineData("{}{}", 2)]
    public void The_offending_byte_is_the_first_that_cannot_follow(string text, int expected)
    {
        Assert.Equal(NdjsonProtocolError.InvalidJson, new JsonSyntax(MaxDepth).CheckWhole(Encoding.UTF8.GetBytes(text), out int index));
        Assert.Equal(expected, index);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Nesting_is_refused_at_the_bracket_that_is_too_deep(int maxDepth)
    {
        JsonSyntax syntax = new(maxDepth);
        string open = string.Concat(Enumerable.Range(0, maxDepth).Select(i => i % 3 == 0 ? "[" : "{\"a\":"));
        string close = string.Concat(Enumerable.Range(0, maxDepth).Reverse().Select(i => i % 3 == 0 ? "]" : "}"));
        string text = open + "[" + close;
        Assert.Equal(NdjsonProtocolError.NestingTooDeep, syntax.CheckWhole(Encoding.ASCII.GetBytes(text), out int index));
        Assert.Equal(open.Length, index);
        Assert.Equal(NdjsonProtocolError.None, syntax.CheckWhole(Encoding.ASCII.GetBytes(open + "1" + close), out _));
    }

    [Fact]
    public void Texts_with_some_bytes_changed_are_what_the_platforms_reader_says()
    {
        Random random = new(11);
        byte[][] texts = [.. Texts.Select(row => Encoding.UTF8.GetBytes(row.Data))];
        ReadOnlySpan<byte> alphabet = "{}[]:,\"\\/ \t\r\n0123456789+-.eEtrufalsnbx\u001f"u8;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] text = [.. texts[random.Next(texts.Length)], .. texts[random.Next(texts.Length)]];
            for (int change = random.Next(4); change > 0 && text.Length > 0; change--)
            {
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            Check(text, allSplits: false);
        }
    }

    [Fact]
    public void Generated_values_are_JSON_and_their_beginnings_are_not()
        => Prop.ForAll(ArbMap.Default.ArbFor<Dictionary<string, double[]>>().Filter(IsFinite), value =>
        {
            byte[] text = JsonSerializer.SerializeToUtf8Bytes(value);
            JsonSyntax syntax = new(MaxDepth);
            Assert.Equal(NdjsonProtocolError.None, syntax.CheckWhole(text, out _));
            for (int length = 0; length < text.Length; length++)
            {
                Assert.Equal(NdjsonProtocolError.InvalidJson, syntax.CheckWhole(text.AsSpan(0, length), out int index));
                Assert.Equal(length, index);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Strings_are_passed_over_at_every_length_and_alignment()
    {
        using WebSockets.AlignedBytes memory = new(400);
        for (int alignment = 0; alignment < 32; alignment++)
        {
            for (int length = 0; length <= 300; length++)
            {
                Span<byte> text = memory.Span.Slice(alignment, length);
                text.Fill((byte)'x');
                Assert.Equal(length, JsonStrings.IndexOfSpecial(text, 0));
                Assert.Equal(length, JsonStrings.IndexOfSpecialInShort(text, 0));
                int at = length == 0 ? 0 : (alignment * 31 + length * 7) % length;
                foreach (byte special in "\"\\\0\u001f"u8)
                {
                    int start = length == 0 ? 0 : at / 2;
                    text[at..].Fill(special);
                    int expected = length == 0 ? 0 : at;
                    Assert.Equal(expected, JsonStrings.IndexOfSpecial(text, start));
                    Assert.Equal(expected, JsonStrings.IndexOfSpecialInShort(text, start));
                }
            }
        }
    }

    [Fact]
    public void Every_byte_is_special_or_not_wherever_it_stands()
    {
        byte[] text = new byte[70];
        for (int value = 0; value < 256; value++)
        {
            for (int at = 0; at < text.Length; at++)
            {
                text.AsSpan().Fill((byte)'x');
                text[at] = (byte)value;
                int expected = value is '"' or '\\' or < 0x20 ? at : text.Length;
                Assert.Equal(expected, JsonStrings.IndexOfSpecial(text, 0));
                Assert.Equal(expected, JsonStrings.IndexOfSpecialInShort(text, 0));
            }
        }
    }

    [Fact]
    public void No_byte_behind_the_end_is_read()
    {
        using WebSockets.GuardedBytes memory = new(300);
        byte[] content = new byte[300];
        content.AsSpan().Fill((byte)'x');
        for (int length = 0; length <= 300; length++)
        {
            ReadOnlySpan<byte> text = memory.Put(content.AsSpan(0, length));
            for (int start = 0; start <= length; start += 13)
            {
                Assert.Equal(length, JsonStrings.IndexOfSpecial(text, start));
                Assert.Equal(length, JsonStrings.IndexOfSpecialInShort(text, start));
            }
        }
    }

    private static bool IsFinite(Dictionary<string, double[]> value) => value.Values.All(v => v is not null && v.All(double.IsFinite));

    private static void Check(byte[] text, bool allSplits = true)
    {
        JsonSyntax syntax = new(MaxDepth);
        NdjsonProtocolError error = syntax.CheckWhole(text, out int index);
        string name = Encoding.Latin1.GetString(text);
        Assert.True(IsJson(text) == (error == NdjsonProtocolError.None), name);
        Assert.InRange(index, 0, text.Length);
        for (int split = 0; allSplits && split <= text.Length; split++)
        {
            Assert.Equal((error, index), InPieces(text, split, text.Length));
        }

        Assert.Equal((error, index), InPieces(text, 1, 1));
    }

    private static (NdjsonProtocolError Error, int Index) InPieces(byte[] text, int first, int size)
    {
        JsonSyntax syntax = new(MaxDepth);
        for (int start = 0, length = first; start < text.Length || start == 0; start += length, length = size)
        {
            length = Math.Min(length, text.Length - start);
            NdjsonProtocolError error = syntax.Check(text.AsSpan(start, length), out int index);
            if (error != NdjsonProtocolError.None)
            {
                return (error, start + index);
            }

            if (length == 0 && start == text.Length)
            {
                break;
            }
        }

        return (syntax.IsComplete ? NdjsonProtocolError.None : NdjsonProtocolError.InvalidJson, text.Length);
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
