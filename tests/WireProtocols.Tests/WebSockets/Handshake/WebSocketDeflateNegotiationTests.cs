using System.Collections.Immutable;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>RFC 7692 §5 and §7.1: which parameters may stand where, and what is agreed by them.</summary>
public class WebSocketDeflateNegotiationTests
{
    private const string Name = "permessage-deflate";

    [Theory]
    [InlineData(Name, Name, "False False 15 15")]
    [InlineData(Name + "; server_no_context_takeover", Name + "; server_no_context_takeover", "True False 15 15")]
    [InlineData(Name + "; client_no_context_takeover", Name + "; client_no_context_takeover", "False True 15 15")]
    [InlineData(Name + "; server_max_window_bits=9", Name + "; server_max_window_bits=9", "False False 9 15")]
    [InlineData(Name + "; server_max_window_bits=15", Name + "; server_max_window_bits=15", "False False 15 15")]
    [InlineData(Name + "; client_max_window_bits", Name, "False False 15 15")]
    [InlineData(Name + "; client_max_window_bits=8", Name + "; client_max_window_bits=8", "False False 15 8")]
    [InlineData(
        Name + "; client_max_window_bits=10; server_max_window_bits=11",
        Name + "; server_max_window_bits=11; client_max_window_bits=10",
        "False False 11 10")]
    [InlineData(Name + "; server_max_window_bits=8, " + Name, Name, "False False 15 15")]
    [InlineData(
        "x-other, " + Name + "; unknown, " + Name + "; server_no_context_takeover", Name + "; server_no_context_takeover", "True False 15 15")]
    [InlineData(Name + "; server_max_window_bits=8", null, null)]
    [InlineData(Name + "; server_max_window_bits", null, null)]
    [InlineData(Name + "; server_max_window_bits=7", null, null)]
    [InlineData(Name + "; server_max_window_bits=16", null, null)]
    [InlineData(Name + "; server_max_window_bits=09", null, null)]
    [InlineData(Name + "; client_max_window_bits=7", null, null)]
    [InlineData(Name + "; client_max_window_bits=015", null, null)]
    [InlineData(Name + "; client_max_window_bits=x", null, null)]
    [InlineData(Name + "; server_no_context_takeover=1", null, null)]
    [InlineData(Name + "; client_no_context_takeover=true", null, null)]
    [InlineData(Name + "; unknown_parameter", null, null)]
    [InlineData(Name + "; server_max_window_bits=10; server_max_window_bits=11", null, null)]
    [InlineData(Name + "; client_max_window_bits; client_max_window_bits=10", null, null)]
    [InlineData(Name + "; server_no_context_takeover; server_no_context_takeover, " + Name, Name, "False False 15 15")]
    [InlineData("x-other; a; a, " + Name + "; client_no_context_takeover", Name + "; client_no_context_takeover", "False True 15 15")]
    [InlineData("x-webkit-deflate-frame", null, null)]
    public void A_server_accepts_what_it_can_keep_and_declines_the_rest(string offers, string? response, string? agreed)
        => AssertAccepts(offers, WebSocketPerMessageDeflateOptions.Default, response, agreed);

    [Theory]
    [InlineData(Name, Name + "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10", "True True 10 15")]
    [InlineData(
        Name + "; client_max_window_bits",
        Name + "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11",
        "True True 10 11")]
    [InlineData(
        Name + "; client_max_window_bits=9; server_max_window_bits=9",
        Name + "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9",
        "True True 9 9")]
    public void A_server_asks_for_what_it_wants_where_it_may(string offers, string response, string agreed)
        => AssertAccepts(
            offers,
            new() { ServerNoContextTakeover = true, ClientNoContextTakeover = true, ServerMaxWindowBits = 10, ClientMaxWindowBits = 11 },
            response,
            agreed);

    [Theory]
    [InlineData(Name, "False False 15 15")]
    [InlineData(Name + "; server_no_context_takeover", "True False 15 15")]
    [InlineData(Name + "; client_no_context_takeover", "False True 15 15")]
    [InlineData(Name + "; server_max_window_bits=8", "False False 8 15")]
    [InlineData(Name + "; client_max_window_bits=8", "False False 15 8")]
    [InlineData(Name + "; client_max_window_bits=9; server_max_window_bits=10", "False False 10 9")]
    [InlineData(Name + "; client_max_window_bits", null)]
    [InlineData(Name + "; server_max_window_bits", null)]
    [InlineData(Name + "; server_max_window_bits=16", null)]
    [InlineData(Name + "; server_no_context_takeover=1", null)]
    [InlineData(Name + "; unknown", null)]
    [InlineData(Name + "; server_no_context_takeover; server_no_context_takeover", null)]
    [InlineData("permessage-bzip2", null)]
    public void A_client_fails_on_an_answer_that_does_not_fit(string response, string? agreed)
        => Assert.Equal(agreed, Agree(response, WebSocketPerMessageDeflateOptions.Default));

    /// <summary>§7.1.1.1 and §7.1.2.1: what a client asked the server for has to be in the answer, as it was asked for or stricter.</summary>
    [Theory]
    [InlineData(Name, null)]
    [InlineData(Name + "; server_no_context_takeover", null)]
    [InlineData(Name + "; server_max_window_bits=10", null)]
    [InlineData(Name + "; server_no_context_takeover; server_max_window_bits=11", null)]
    [InlineData(Name + "; server_no_context_takeover; server_max_window_bits=10", "True True 10 11")]
    [InlineData(Name + "; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=9", "True True 9 9")]
    [InlineData(Name + "; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=15", "True True 9 11")]
    public void A_client_gets_what_it_asked_for(string response, string? agreed)
        => Assert.Equal(
            agreed,
            Agree(
                response,
                new() { ServerNoContextTakeover = true, ClientNoContextTakeover = true, ServerMaxWindowBits = 10, ClientMaxWindowBits = 11 }));

    /// <summary>A relay reads what others agreed on.</summary>
    [Theory]
    [InlineData(Name, "False False 15 15")]
    [InlineData(
        Name + "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=8; client_max_window_bits=9", "True True 8 9")]
    [InlineData(Name + "; client_max_window_bits", null)]
    [InlineData(Name + "; server_max_window_bits=9; server_max_window_bits=9", null)]
    [InlineData("permessage-bzip2", null)]
    public void What_others_agreed_on_is_read_from_the_answer(string response, string? agreed)
    {
        Assert.Equal(
            agreed is not null, WebSocketDeflateNegotiation.TryReadResponse(Parse(response).Single(), out WebSocketDeflateParameters? parameters));
        Assert.Equal(agreed, Describe(parameters));
    }

    [Fact]
    public void What_a_client_offers_a_server_understands()
    {
        foreach (bool flag in new[] { false, true })
        {
            for (int bits = 9; bits <= 15; bits++)
            {
                WebSocketPerMessageDeflateOptions client
                    = new() { ServerNoContextTakeover = flag, ServerMaxWindowBits = bits, ClientMaxWindowBits = 24 - bits };
                WebSocketExtension offer = WebSocketDeflateNegotiation.CreateOffer(client);
                Assert.True(
                    WebSocketDeflateNegotiation.TryAcceptOffer(
                        [offer],
                        WebSocketPerMessageDeflateOptions.Default,
                        out WebSocketExtension? response,
                        out WebSocketDeflateParameters? server));
                Assert.True(WebSocketDeflateNegotiation.TryAcceptResponse(response!, client, out WebSocketDeflateParameters? agreed));
                Assert.Equal(server, agreed);
                Assert.Equal(new WebSocketDeflateParameters(flag, false, bits, 24 - bits), agreed);
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void A_window_that_zlib_cannot_deflate_with_is_no_option(int bits)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketPerMessageDeflateOptions { ServerMaxWindowBits = bits });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketPerMessageDeflateOptions { ClientMaxWindowBits = bits });
    }

    private static void AssertAccepts(string offers, WebSocketPerMessageDeflateOptions options, string? response, string? agreed)
    {
        bool accepted = WebSocketDeflateNegotiation.TryAcceptOffer(
            Parse(offers), options, out WebSocketExtension? answer, out WebSocketDeflateParameters? parameters);
        Assert.Equal(response is not null, accepted);
        Assert.Equal(response, answer?.ToString());
        Assert.Equal(agreed, Describe(parameters));
    }

    private static string? Agree(string response, WebSocketPerMessageDeflateOptions options)
    {
        bool accepted = WebSocketDeflateNegotiation.TryAcceptResponse(Parse(response).Single(), options, out WebSocketDeflateParameters? parameters);
        Assert.Equal(accepted, parameters is not null);
        return Describe(parameters);
    }

    private static string? Describe(WebSocketDeflateParameters? p)
        => p is null ? null : $"{p.ServerNoContextTakeover} {p.ClientNoContextTakeover} {p.ServerMaxWindowBits} {p.ClientMaxWindowBits}";

    private static ImmutableArray<WebSocketExtension> Parse(string value)
    {
        Assert.True(WebSocketExtensionList.TryParse(Encoding.ASCII.GetBytes(value), out ImmutableArray<WebSocketExtension> extensions, out _, out _));
        return extensions;
    }
}
