using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using WireProtocols.Ndjson;

namespace WireProtocols.Tests.Ndjson;

/// <summary>What is certain at a glance is JSON, and what is usual is certain.</summary>
public class JsonGlanceTests
{
    private const int MaxDepth = 8;

    /// <summary>Where a text may stand in another one that is long enough for a glance.</summary>
    private static readonly (string Before, string After)[] Places =
    [
        ("{\"name\":\"a value that is longer than a vector\",\"x\":", "}"),
        ("{\"name\":\"value\",\"x\":", ",\"y\":\"a value that is longer than a vector\"}"),
        ("[\"a value that is longer than a vector, \\u00e9\",", "]"),
        ("{\"x\":[{\"y\": ", "}], \"name\": \"a value that is longer than a vector\"}"),
        ("{", ":\"a name without a value that is longer than a vector\"}"),
        ("\"a value that is longer than a vector and more than one window long, which takes 64\"", ""),
        ("", "                                    "),
    ];

    [Theory]
    [InlineData("{\"model\":\"llama3.2:latest\",\"response\":\" and\",\"done\":false}")]
    [InlineData("{\"id\": 100, \"ms\": -12.75, \"ok\": true, \"none\": null, \"tags\": [\"a\", \"b\"]}")]
    [InlineData("{ \"a\": { \"b\": {}, \"c\": [], \"d\": [[], {}], \"e\": 0, \"f\": 0.5 } }")]
    [InlineData("[{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\",\"b\":\"\u00e9\u4e2d\U0001F600\"},\"\",\"\u007f\"]")]
    [InlineData("\"a name that is longer than a vector of bytes\"")]
    public void A_usual_text_is_certain_and_none_of_its_beginnings_is(string text)
    {
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "There are no vectors of 32 bytes here.");
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.True(JsonGlance.IsCertain(bytes, MaxDepth));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(JsonGlance.IsCertain(bytes.AsSpan(0, length), MaxDepth));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    public void What_is_nested_too_deep_is_not_certain(int maxDepth)
    {
        Assert.SkipUnless(Vector256.IsHardwareAccelerated, "There are no vectors of 32 bytes here.");
        string open = new('[', maxDepth);
        string close = new(']', maxDepth);
        string inner = "\"a value that is longer than a vector\"";
        Assert.True(JsonGlance.IsCertain(Encoding.ASCII.GetBytes(open + inner + close), maxDepth));
        Assert.False(JsonGlance.IsCertain(Encoding.ASCII.GetBytes($"{open}[{inner}]{close}"), maxDepth));
        Assert.False(JsonGlance.IsCertain(Encoding.ASCII.GetBytes(new string('[', 65) + inner + new string(']', 65)), 100));
    }

    [Fact]
    public void What_is_certain_is_what_the_platforms_reader_takes()
    {
        foreach (string text in JsonSyntaxTests.Texts.Select(row => row.Data))
        {
            foreach ((string before, string after) in Places)
            {
                Check(Encoding.UTF8.GetBytes(before + text + after));
            }
        }
    }

    [Fact]
    public void What_is_certain_with_some_bytes_changed_is_what_the_platforms_reader_takes()
    {
        Random random = new(12);
        string[] texts = [.. JsonSyntaxTests.Texts.Select(row => row.Data)];
        ReadOnlySpan<byte> alphabet = "{}[]:,\"\\/ \t\r\n0123456789+-.eEtrufalsnbx\u001f\u00e9"u8;
        int certain = 0;
        for (int round = 0; round < 40_000; round++)
        {
            (string before, string after) = Places[random.Next(Places.Length)];
            byte[] text = Encoding.UTF8.GetBytes(before + texts[random.Next(texts.Length)] + after);
            for (int change = random.Next(3); change > 0; change--)
            {
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            certain += Check(text) ? 1 : 0;
        }

        Assert.InRange(certain, Vector256.IsHardwareAccelerated ? 1000 : 0, 40_000);
    }

    [Fact]
    public void Strings_end_where_they_end_at_every_length()
    {
        for (int first = 0; first < 140; first++)
        {
            for (int second = 0; second < 140; second++)
            {
                string text = $"{{\"{new string('a', first)}\":\"{new string('b', second)}\",\"c\":[\"\",1,\"\"]}}";
                Assert.Equal(Vector256.IsHardwareAccelerated && text.Length >= 32, Check(Encoding.ASCII.GetBytes(text)));
                Check(Encoding.ASCII.GetBytes(text.Replace("[\"\"", "[\"\"\"", StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public void No_byte_behind_the_end_is_read()
    {
        using WebSockets.GuardedBytes memory = new(300);
        for (int length = 0; length < 290; length++)
        {
            string text = $"[\"{new string('x', length)}\"]";
            bool isCertain = JsonGlance.IsCertain(memory.Put(Encoding.ASCII.GetBytes(text)), MaxDepth);
            Assert.Equal(Vector256.IsHardwareAccelerated && text.Length >= 32, isCertain);
            Assert.False(JsonGlance.IsCertain(memory.Put(Encoding.ASCII.GetBytes(text).AsSpan(0, text.Length - 2)), MaxDepth));
        }
    }

    private static bool Check(byte[] text)
    {
        bool isCertain = JsonGlance.IsCertain(text, MaxDepth);
        Assert.True(!isCertain || (Utf8.IsValid(text) && IsJson(text)), Encoding.Latin1.GetString(text));
        return isCertain;
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
