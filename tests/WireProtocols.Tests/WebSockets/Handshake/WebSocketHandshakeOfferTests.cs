using System.Buffers;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketHandshakeOfferTests
{
    /// <summary>RFC 6455 §3: the resource name of a URI, which has to be a request target of RFC 9112 §3.2.1.</summary>
    [Theory]
    [InlineData(" a", "/", "host")]
    [InlineData("@a", "/", "host")]
    [InlineData("a b", "/", "host")]
    [InlineData("a:b", "/", "host")]
    [InlineData("\u00e9", "/", "host")]
    [InlineData("a", "b", "path")]
    [InlineData("a", "/ ", "path")]
    [InlineData("a", "/\u00e9", "path")]
    public void A_host_or_a_path_that_breaks_the_grammar_is_refused(string host, string path, string parameter)
        => Assert.Throws<ArgumentException>(parameter, () => new WebSocketHandshakeOffer(host, path));

    [Theory]
    [InlineData("ws://example.com", "example.com", "/")]
    [InlineData("ws://example.com?a=1", "example.com", "/?a=1")]
    [InlineData("ws://example.com:80/chat", "example.com", "/chat")]
    [InlineData("wss://example.com:8443/chat?room=1", "example.com:8443", "/chat?room=1")]
    [InlineData("ws://[::1]:9000/", "[::1]:9000", "/")]
    [InlineData("ws://example.com/a[1]?x=[2]|{3}^4", "example.com", "/a%5B1%5D?x=%5B2%5D%7C%7B3%7D%5E4")]
    [InlineData("ws://example.com/a%5B1%5D?b=%7c", "example.com", "/a%5B1%5D?b=%7c")]
    [InlineData("ws://example.com/ü?ß=\"<>`", "example.com", "/%C3%BC?%C3%9F=%22%3C%3E%60")]
    public void A_uri_is_escaped_and_not_refused(string uri, string host, string path)
    {
        WebSocketHandshakeOffer offer = new(new Uri(uri)) { Subprotocols = ["chat"] };
        Assert.Equal((host, path), (offer.Host, offer.Path));
        ArrayBufferWriter<byte> request = new();
        new WebSocketHandshakeClient(offer).WriteRequest(request);
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(request.WrittenSpan, out _, out Http1RequestHead head));
        Assert.Equal(path, Encoding.ASCII.GetString(head.Target));
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("ws://example.com/#top")]
    [InlineData("ws://user:secret@example.com/")]
    public void A_uri_that_says_what_is_not_sent_is_refused(string uri)
        => Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer(new Uri(uri)));
}
