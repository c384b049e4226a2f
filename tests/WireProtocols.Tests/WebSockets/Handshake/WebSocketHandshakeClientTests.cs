using System.Buffers;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketHandshakeClientTests
{
    private static readonly WebSocketHandshakeOffer Offer = new("server.example.com", "/chat")
    {
        Origin = "http://example.com",
        Subprotocols = ["chat", "superchat"],
        Extensions = [new WebSocketExtension("foo", new WebSocketExtensionParameter("a", "1")), new WebSocketExtension("bar")],
        Fields = [new("Authorization", "Bearer x")],
    };

    [Fact]
    public void The_request_is_written_with_everything_that_is_asked_for()
    {
        ArrayBufferWriter<byte> output = new();
        new WebSocketHandshakeClient(Offer, "dGhlIHNhbXBsZSBub25jZQ=="u8).WriteRequest(output);

        Assert.Equal(
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                + "dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            "Sec-WebSocket-Version: 13\r\nOrigin: http://example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Extensions: foo; "
                + "a=1, bar\r\n" +
            "Authorization: Bearer x\r\n\r\n",
            Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Our_server_and_our_client_agree()
    {
        WebSocketHandshakeClient client = new(Offer);
        ArrayBufferWriter<byte> output = new();
        client.WriteRequest(output);
        using Http1RequestDecoder requests = new();
        requests.Decode(output.WrittenSpan, out _, out Http1RequestHead request);
        WebSocketHandshakeResponse answer = WebSocketHandshake.ParseRequest(request).Accept("superchat", [new WebSocketExtension("bar")]);
        output.Clear();
        answer.WriteTo(output);
        using Http1ResponseDecoder responses = new();
        responses.Decode(output.WrittenSpan, out _, out Http1ResponseHead response);
        WebSocketHandshakeAgreement agreement = client.Accept(response);

        Assert.Equal("superchat", agreement.Subprotocol);
        Assert.Equal(["bar"], agreement.Extensions.Select(e => e.Name));
    }

    [Fact]
    public void Each_client_has_a_key_of_its_own()
    {
        WebSocketHandshakeClient one = new(Offer);
        WebSocketHandshakeClient other = new(Offer);

        Assert.True(WebSocketAccept.IsKey(one.Key));
        Assert.False(one.Key.SequenceEqual(other.Key));
        Assert.Throws<ArgumentException>(() => new WebSocketHandshakeClient(Offer, "AQIDBAUGBwgJCgsMDQ4PEC=="u8));
    }

    [Fact]
    public void A_response_that_breaks_a_rule_throws_with_rule_and_offset()
    {
        using Http1ResponseDecoder responses = new();
        responses.Decode("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8, out _, out Http1ResponseHead response);
        WebSocketHandshakeException? e = null;
        try
        {
            new WebSocketHandshakeClient(Offer).Accept(response);
        }
        catch (WebSocketHandshakeException caught)
        {
            e = caught;
        }

        Assert.Equal((WebSocketHandshakeError.UnexpectedStatus, 9L, null), (e!.Error, e.Offset, e.RefusalStatus));
    }

    /// <summary>What servers in use send with their 101: "the message ... is always terminated by the first empty line" (RFC 9112 §6.3, rule
    /// 1).</summary>
    [Theory]
    [InlineData("101", "")]
    [InlineData("101 ", "")]
    [InlineData("101 Web Socket Protocol Handshake", "")]
    [InlineData("101 Switching Protocols", "Content-Length: 0\r\n")]
    [InlineData("101 Switching Protocols", "Content-Length: 120\r\n")]
    [InlineData("101 Switching Protocols", "Content-Length: none\r\n")]
    [InlineData("101 Switching Protocols", "Transfer-Encoding: chunked\r\n")]
    [InlineData("101 Switching Protocols", "Transfer-Encoding: gzip, other\r\nContent-Length: 1\r\nContent-Length: 2\r\n")]
    public void Responses_of_real_servers_are_taken(string status, string fields)
    {
        string response = $"HTTP/1.1 {status}\r\n{fields}Upgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        using Http1ResponseDecoder decoder = new(WebSocketHandshakeClient.ResponseOptions);
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.ASCII.GetBytes(response), out int consumed, out Http1ResponseHead head));
        Assert.Equal(response.Length, consumed);
        WebSocketHandshakeClient client = new(new WebSocketHandshakeOffer("example.com", "/"), "dGhlIHNhbXBsZSBub25jZQ=="u8);
        Assert.True(client.TryAccept(head, out _, out WebSocketHandshakeFailure failure), failure.Error.ToString());
    }

    [Theory]
    [InlineData("a b", "/")]
    [InlineData("a\r\nX: y", "/")]
    [InlineData("user@a", "/")]
    [InlineData("a", "chat")]
    [InlineData("a", "/ x")]
    [InlineData("a", "/\r\nX: y")]
    [InlineData("a", "/#x")]
    [InlineData("a", "/\u00E9")]
    [InlineData("", "/")]
    [InlineData("a", "")]
    public void Host_and_path_cannot_be_injected(string host, string path)
        => Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer(host, path));

    [Fact]
    public void Offers_cannot_be_injected()
    {
        Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer("a", "/") { Origin = "a\r\nX: y" });
        Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer("a", "/") { Origin = "" });
        Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer("a", "/") { Subprotocols = ["a,b"] });
        Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer("a", "/") { Subprotocols = [""] });
        Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer("a", "/") { Subprotocols = ["a", "a"] });
    }
}
