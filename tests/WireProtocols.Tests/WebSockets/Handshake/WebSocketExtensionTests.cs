using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketExtensionTests
{
    private static readonly Gen<string> Tokens
        = Gen.Elements("a", "b", "foo", "permessage-deflate", "client_max_window_bits", "15", "!#$%&'*+-.^_`|~");

    private static readonly Gen<WebSocketExtension> Extensions =
        Tokens.SelectMany(name => Gen.Choose(0, 4).SelectMany(count => Tokens.Or(Gen.Constant<string>(null!)).ArrayOf(count)
            .Select(values => new WebSocketExtension(name, [.. values.Select((v, i) => new WebSocketExtensionParameter($"p{i}", v))]))));

    private static readonly Gen<string> Texts =
        Gen.Elements("a", "foo", ";", ",", "=", "\"", "\\", " ", "\t", "x=1", "; y", ", ", "\"1\"", "\xE9").ArrayOf().Select(string.Concat);

    [Fact]
    public void What_is_formatted_parses_back()
        => Prop.ForAll(Extensions.NonEmptyListOf().ToArbitrary(), extensions =>
        {
            string text = WebSocketExtensionList.Format(extensions);
            bool limited = extensions.Count > WebSocketHandshakeOptions.Default.MaxExtensions;
            Assert.Equal(
                !limited,
                WebSocketExtensionList.TryParse(Encoding.ASCII.GetBytes(text), out ImmutableArray<WebSocketExtension> parsed, out _, out _));
            if (!limited)
            {
                Assert.Equal(extensions.Select(e => e.ToString()), parsed.Select(e => e.ToString()));
            }
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Any_text_is_judged_as_the_grammar_says()
        => Prop.ForAll(Texts.ToArbitrary(), text => new WebSocketExtensionsTarget().Run(Encoding.Latin1.GetBytes(text)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Theory]
    [InlineData("foo;", WebSocketHandshakeError.InvalidExtension, 4)]
    [InlineData("", WebSocketHandshakeError.InvalidExtension, 0)]
    [InlineData(" , ", WebSocketHandshakeError.InvalidExtension, 3)]
    [InlineData("foo; a=\"\"", WebSocketHandshakeError.InvalidExtension, 8)]
    [InlineData("foo; a=\"b", WebSocketHandshakeError.InvalidExtension, 9)]
    [InlineData("foo; a=\"\\", WebSocketHandshakeError.InvalidExtension, 9)]
    public void A_bad_list_names_rule_and_place(string text, WebSocketHandshakeError error, int index)
    {
        Assert.False(
            WebSocketExtensionList.TryParse(
                Encoding.ASCII.GetBytes(text),
                out ImmutableArray<WebSocketExtension> extensions,
                out WebSocketHandshakeError found,
                out int invalid));
        Assert.Equal((error, index), (found, invalid));
        Assert.Empty(extensions);
    }

    /// <summary>What a parameter that stands twice means, each extension says for itself: the list is one all the same.</summary>
    [Fact]
    public void A_parameter_that_a_peer_sent_twice_is_kept()
    {
        Assert.True(WebSocketExtensionList.TryParse("foo; a; b; a=1, bar; a; A"u8, out ImmutableArray<WebSocketExtension> extensions, out _, out _));
        Assert.Equal(["foo; a; b; a=1", "bar; a; A"], extensions.Select(e => e.ToString()));
        Assert.Equal([true, false], extensions.Select(e => e.HasDuplicates));
        Assert.Null(extensions[0].Find("a")!.Value);
    }

    [Fact]
    public void A_parameter_is_found_by_its_exact_name()
    {
        WebSocketExtension extension = new("foo", new WebSocketExtensionParameter("a"), new WebSocketExtensionParameter("b", "1"));

        Assert.Equal("foo; a; b=1", extension.ToString());
        Assert.Null(extension.Find("a")!.Value);
        Assert.Equal("1", extension.Find("b")!.Value);
        Assert.Null(extension.Find("B"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\n")]
    [InlineData("a;b")]
    [InlineData("\u00FC")]
    public void Names_and_values_are_tokens(string text)
    {
        Assert.Throws<ArgumentException>(() => new WebSocketExtension(text));
        Assert.Throws<ArgumentException>(() => new WebSocketExtensionParameter(text));
        Assert.Throws<ArgumentException>(() => new WebSocketExtensionParameter("a", text));
    }

    [Fact]
    public void A_parameter_stands_once()
        => Assert.Throws<ArgumentException>(
            () => new WebSocketExtension("foo", new WebSocketExtensionParameter("a"), new WebSocketExtensionParameter("a", "1")));
}
