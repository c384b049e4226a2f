using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>The extended CONNECT form: RFC 8441 and RFC 9220.</summary>
public class WebSocketHandshakeConnectTests
{
    // RFC 8441 §5.1
    private static readonly WebSocketHandshakeField[] Example =
    [
        new(":method", "CONNECT"), new(":protocol", "websocket"), new(":scheme", "https"), new(":path", "/chat"), new(
            ":authority", "server.example.com"),
        new("sec-websocket-protocol", "chat, superchat"), new("sec-websocket-extensions", "permessage-deflate"), new("sec-websocket-version", "13"),
        new("origin", "http://www.example.com"),
    ];

    [Fact]
    public void The_request_of_the_specification_is_read()
    {
        WebSocketHandshakeRequest request = WebSocketHandshakeConnect.ParseRequest(Example);

        Assert.True(request.IsExtendedConnect);
        Assert.True(request.Key.IsEmpty);
        Assert.Equal(("/chat", "", "server.example.com", "http://www.example.com"), (request.Path, request.Query, request.Host, request.Origin));
        Assert.Equal(["chat", "superchat"], request.Subprotocols);
        Assert.Equal(["permessage-deflate"], request.Extensions.Select(e => e.ToString()));
        Assert.Equal("13", request.GetField("sec-websocket-version"u8));
    }

    [Fact]
    public void The_answer_of_the_specification_is_given()
    {
        WebSocketHandshakeResponse response = WebSocketHandshakeConnect.ParseRequest(Example).Accept("chat", fields: [new("Set-Cookie", "a=b")]);

        Assert.True(response.IsAccepted);
        Assert.Equal([new(":status", "200"), new("sec-websocket-protocol", "chat"), new("set-cookie", "a=b")], response.GetConnectFields());
        Assert.Throws<InvalidOperationException>(() => response.WriteTo(new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void What_is_not_ASCII_in_fields_of_others_refuses_no_handshake()
    {
        WebSocketHandshakeRequest request
            = WebSocketHandshakeConnect.ParseRequest([.. Example, new("cookie", "city=Köln"), new("user-agent", "me")]);

        Assert.True(request.Fields.TryGetValue("cookie"u8, out ReadOnlySpan<byte> cookie));
        Assert.Equal("city=Köln"u8, cookie);
        Assert.Equal("me", request.GetField("user-agent"u8));
    }

    [Fact]
    public void Key_and_accept_are_not_part_of_it()
    {
        WebSocketHandshakeRequest request = WebSocketHandshakeConnect.ParseRequest([.. Example, new("sec-websocket-key", "nonsense")]);

        Assert.True(request.Key.IsEmpty);
        Assert.DoesNotContain(request.Accept().GetConnectFields(), f => f.Name == "sec-websocket-accept");
    }

    [Theory]
    [InlineData(":method", "GET", WebSocketHandshakeError.MethodNotConnect, 405)]
    [InlineData(":method", null, WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":protocol", "connect-udp", WebSocketHandshakeError.ProtocolNotWebSocket, 501)]
    [InlineData(":protocol", "WebSocket", WebSocketHandshakeError.ProtocolNotWebSocket, 501)]
    [InlineData(":protocol", null, WebSocketHandshakeError.ProtocolNotWebSocket, 501)]
    [InlineData(":scheme", "wss", WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":scheme", null, WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":path", "chat", WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":path", "/a b", WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":path", null, WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":authority", "", WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":authority", "u@a", WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData(":authority", null, WebSocketHandshakeError.InvalidPseudoField, 400)]
    [InlineData("sec-websocket-version", null, WebSocketHandshakeError.MissingVersion, 426)]
    [InlineData("sec-websocket-version", "8", WebSocketHandshakeError.UnsupportedVersion, 426)]
    [InlineData("sec-websocket-protocol", "a, a", WebSocketHandshakeError.DuplicateSubprotocol, 400)]
    [InlineData("sec-websocket-extensions", "a; b=", WebSocketHandshakeError.InvalidExtension, 400)]
    [InlineData("origin", "a\nb", WebSocketHandshakeError.InvalidField, 400)]
    public void A_request_that_breaks_a_rule_is_refused(string name, string? value, WebSocketHandshakeError error, int status)
    {
        IEnumerable<WebSocketHandshakeField> fields = Example.Where(f => f.Name != name);
        fields = value is null ? fields : fields.Append(new WebSocketHandshakeField(name, value));

        Assert.False(WebSocketHandshakeConnect.TryParseRequest(fields, out _, out WebSocketHandshakeFailure failure));
        Assert.Equal((error, 0L, status), (failure.Error, failure.Offset, failure.RefusalStatus));
    }

    [Theory]
    [InlineData("connection", "upgrade", WebSocketHandshakeError.ConnectionField)]
    [InlineData("Upgrade", "websocket", WebSocketHandshakeError.ConnectionField)]
    [InlineData(":path", "/chat", WebSocketHandshakeError.InvalidPseudoField)]
    [InlineData(":status", "200", WebSocketHandshakeError.InvalidPseudoField)]
    [InlineData("", "x", WebSocketHandshakeError.InvalidField)]
    [InlineData("x y", "x", WebSocketHandshakeError.InvalidField)]
    [InlineData("origin", "http://other", WebSocketHandshakeError.DuplicateOrigin)]
    [InlineData("sec-websocket-version", "13", WebSocketHandshakeError.DuplicateVersion)]
    public void A_field_too_many_is_refused(string name, string value, WebSocketHandshakeError error)
    {
        WebSocketHandshakeException e
            = Assert.Throws<WebSocketHandshakeException>(() => WebSocketHandshakeConnect.ParseRequest([.. Example, new(name, value)]));

        Assert.Equal(error, e.Error);
    }

    [Fact]
    public void A_refusal_is_a_header_list_and_a_body()
    {
        WebSocketHandshakeResponse response = WebSocketHandshakeResponse.Refuse(
            new WebSocketHandshakeFailure(WebSocketHandshakeError.ProtocolNotWebSocket, 0), isExtendedConnect: true);

        Assert.Equal(
            [
                new(":status", "501"), new("content-type", "text/plain; charset=utf-8"),
                new("content-length", $"{System.Text.Encoding.UTF8.GetByteCount(response.Body)}"),
            ],
            response.GetConnectFields());
        Assert.Equal("The only :protocol here is websocket (RFC 9220 §3).\n", response.Body);
    }

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("content-type")]
    public void A_refusal_has_one_content_type(string name)
    {
        WebSocketHandshakeResponse response
            = WebSocketHandshakeConnect.ParseRequest(Example).Reject(403, "{}", [new(name, "application/json")]);

        Assert.Equal(
            [new(":status", "403"), new("content-length", "2"), new("content-type", "application/json")], response.GetConnectFields());
    }

    [Fact]
    public void A_wrong_version_is_answered_without_Upgrade()
    {
        WebSocketHandshakeResponse response = WebSocketHandshakeResponse.Refuse(
            new WebSocketHandshakeFailure(WebSocketHandshakeError.UnsupportedVersion, 0), isExtendedConnect: true);

        Assert.Equal(400, response.StatusCode);
        Assert.Contains(new("sec-websocket-version", "13"), response.GetConnectFields());
        Assert.DoesNotContain(response.GetConnectFields(), f => f.Name == "upgrade");
    }

    [Fact]
    public void The_client_sends_the_same_offer_and_validates_the_answer()
    {
        WebSocketHandshakeClient client = new(new WebSocketHandshakeOffer("server.example.com", "/chat?x")
        {
            Origin = "https://www.example.com",
            Subprotocols = ["chat"],
            Extensions = [new WebSocketExtension("foo")],
            Fields = [new("Cookie", "a=b")],
        });
        WebSocketHandshakeRequest request = WebSocketHandshakeConnect.ParseRequest(client.Offer.GetConnectFields(secure: true));
        Assert.Equal(("/chat", "x", "a=b"), (request.Path, request.Query, request.GetField("cookie"u8)));
        Assert.All(client.Offer.GetConnectFields(secure: false), f => Assert.Equal(f.Name.ToLowerInvariant(), f.Name));
        Assert.Contains(new(":scheme", "http"), client.Offer.GetConnectFields(secure: false));

        IReadOnlyList<WebSocketHandshakeField> answer = request.Accept("chat", [new WebSocketExtension("foo")]).GetConnectFields();
        Assert.True(client.TryAcceptConnect(answer, out WebSocketHandshakeAgreement? agreement, out _));
        Assert.Equal("chat", agreement.Subprotocol);
        Assert.Equal(["foo"], agreement.Extensions.Select(e => e.Name));
    }

    [Theory]
    [InlineData("404", "x", "y", WebSocketHandshakeError.UnexpectedStatus)]
    [InlineData("101", "x", "y", WebSocketHandshakeError.UnexpectedStatus)]
    [InlineData("20", "x", "y", WebSocketHandshakeError.UnexpectedStatus)]
    [InlineData("200", ":status", "200", WebSocketHandshakeError.InvalidPseudoField)]
    [InlineData("200", "x", "y\n", WebSocketHandshakeError.InvalidField)]
    [InlineData("200", "sec-websocket-protocol", "other", WebSocketHandshakeError.SubprotocolNotOffered)]
    [InlineData("200", "sec-websocket-extensions", "bar", WebSocketHandshakeError.ExtensionNotOffered)]
    public void An_answer_that_breaks_a_rule_fails(string status, string name, string value, WebSocketHandshakeError error)
    {
        WebSocketHandshakeClient client = new(new WebSocketHandshakeOffer("a", "/"));

        Assert.False(client.TryAcceptConnect([new(":status", status), new(name, value)], out _, out WebSocketHandshakeFailure failure));
        Assert.Equal(error, failure.Error);
    }
}
