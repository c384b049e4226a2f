using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class WebTransportProtocolsTests
{
    [Theory]
    [InlineData("\"moq\"", "moq")]
    [InlineData("\"a\", \"b\",\t\"c\"", "a|b|c")]
    [InlineData("  \"a\"  ", "a")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [InlineData("\"a, b\"", "a, b")]
    [InlineData("\"a\";q=1;x;y=?0;z=\"s\"; t=tok/en:*;b=:aGk=:;d=-1.125;e=@123;f=%\"%c3%a9\", \"b\"", "a|b")]
    public void Lists_of_strings_are_read_and_their_parameters_ignored(string value, string protocols)
    {
        Assert.True(WebTransportProtocols.TryParseAvailable(value, out IReadOnlyList<string> parsed));
        Assert.Equal(protocols.Split('|'), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("moq")]
    [InlineData("1")]
    [InlineData("?1")]
    [InlineData(":aGk=:")]
    [InlineData("(\"a\")")]
    [InlineData("\"a\", moq")]
    [InlineData("\"a\", 1")]
    [InlineData("\"a\",")]
    [InlineData(",\"a\"")]
    [InlineData("\"a\" \"b\"")]
    [InlineData("\"a")]
    [InlineData("\"a\\")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"é\"")]
    [InlineData("\"a\u0001\"")]
    [InlineData("\"a\u007f\"")]
    [InlineData("\"a\";")]
    [InlineData("\"a\";A")]
    [InlineData("\"a\";q=")]
    [InlineData("\"a\";q=1.")]
    [InlineData("\"a\";q=1.1234")]
    [InlineData("\"a\";q=1234567890123456")]
    [InlineData("\"a\";q=1234567890123.1")]
    [InlineData("\"a\";q=-")]
    [InlineData("\"a\";q=?2")]
    [InlineData("\"a\";q=@1.5")]
    [InlineData("\"a\";q=:a_b:")]
    [InlineData("\"a\";q=:aa")]
    [InlineData("\"a\";q=%\"%C3%A9\"")]
    [InlineData("\"a\";q=%\"%c3\"")]
    [InlineData("\"a\";q=%\"%")]
    [InlineData("\"a\" ;q=1")]
    public void Anything_else_is_ignored_as_a_whole(string value)
    {
        Assert.False(WebTransportProtocols.TryParseAvailable(value, out IReadOnlyList<string> parsed));
        Assert.Empty(parsed);
        Assert.False(WebTransportProtocols.TryParseSelected(value, out string? selected));
        Assert.Null(selected);
    }

    [Fact]
    public void An_item_is_one_string()
    {
        Assert.True(WebTransportProtocols.TryParseSelected(" \"moq\";v=1 ", out string? selected));
        Assert.Equal("moq", selected);
        Assert.False(WebTransportProtocols.TryParseSelected("\"a\", \"b\"", out _));
    }

    [Fact]
    public void Printable_text_survives_and_other_text_is_refused()
        => Prop.ForAll<string[]>(protocols =>
        {
            protocols = [.. protocols.Select(p => p ?? "")];
            bool printable = protocols.All(p => p.All(c => c is >= ' ' and <= '~'));
            try
            {
                string value = WebTransportProtocols.FormatAvailable(protocols);
                return printable && (
                    WebTransportProtocols.TryParseAvailable(value, out IReadOnlyList<string> parsed)
                        ? parsed.SequenceEqual(protocols)
                        : protocols.Length == 0);
            }
            catch (ArgumentException)
            {
                return !printable;
            }
        }).Check(Config.QuickThrowOnFailure);

    /// <summary>RFC 9651 §4.2.3.1: the value of a parameter is an item of any type, and well formed.</summary>
    [Theory]
    [InlineData("a", true)]
    [InlineData("*b", true)]
    [InlineData("a=1;b", true)]
    [InlineData("a=-1.5", true)]
    [InlineData("a=\"x\\\"y\"", true)]
    [InlineData("a=tok/en:1", true)]
    [InlineData("a=*t", true)]
    [InlineData("a=Token", true)]
    [InlineData("a=:AAE=:", true)]
    [InlineData("a=::", true)]
    [InlineData("a=?0;b=?1", true)]
    [InlineData("a=@1659578233", true)]
    [InlineData("a=@-1", true)]
    [InlineData("a=%\"f%c3%bc\"", true)]
    [InlineData("a=123456789012.123", true)]
    [InlineData("a=123456789012345", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("1", false)]
    [InlineData("a=", false)]
    [InlineData("a=(1)", false)]
    [InlineData("a=-", false)]
    [InlineData("a=1.", false)]
    [InlineData("a=1.1234", false)]
    [InlineData("a=1234567890123.1", false)]
    [InlineData("a=1234567890123456", false)]
    [InlineData("a=@1.5", false)]
    [InlineData("a=@", false)]
    [InlineData("a=?", false)]
    [InlineData("a=?2", false)]
    [InlineData("a=:AAE=", false)]
    [InlineData("a=:A!:", false)]
    [InlineData("a=%", false)]
    [InlineData("a=%x", false)]
    [InlineData("a=%\"x", false)]
    [InlineData("a=%\"%C3\"", false)]
    [InlineData("a=%\"%c\"", false)]
    [InlineData("a=%\"%c3\"", false)]
    [InlineData("a=%\"%g0\"", false)]
    [InlineData("a=%\"\u00fc\"", false)]
    [InlineData("a=\"x", false)]
    [InlineData("a=\"\\n\"", false)]
    public void A_parameter_is_well_formed_or_the_field_is_ignored(string parameter, bool isWellFormed)
    {
        Assert.Equal(isWellFormed, WebTransportProtocols.TryParseSelected($"\"p\";{parameter}", out string? protocol));
        Assert.Equal(isWellFormed ? "p" : null, protocol);
        Assert.Equal(isWellFormed, WebTransportProtocols.TryParseAvailable($"\"p\"; {parameter}, \"q\"", out IReadOnlyList<string> protocols));
        Assert.Equal(isWellFormed ? ["p", "q"] : [], protocols);
    }
}
