using System.Buffers;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketHandshakeTests
{
    private const string Request =
        "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
            + "dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "Origin: http://example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: foo; a, "
            + "bar\r\n\r\n";

    [Fact]
    public void The_answer_of_the_specification_is_written()
    {
        WebSocketHandshakeRequest request = Parse(Request);
        WebSocketHandshakeResponse response = request.Accept(request.ChooseSubprotocol("superchat", "chat"));

        Assert.True(response.IsAccepted);
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
            "Sec-WebSocket-Protocol: chat\r\n\r\n",
            Write(response));
    }

    [Fact]
    public void What_another_stack_has_parsed_is_read_by_the_same_rules()
    {
        WebSocketHandshakeField[] fields =
        [
            new("Host", "server.example.com"),
            new("Upgrade", "websocket"),
            new("Connection", "keep-alive, Upgrade"),
            new("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            new("Sec-WebSocket-Protocol", "chat"),
            new("Sec-WebSocket-Protocol", "superchat"),
            new("Sec-WebSocket-Version", "13"),
        ];
        Assert.True(WebSocketHandshake.TryParseRequest("GET", "/chat?room=1", fields, out WebSocketHandshakeRequest? request, out _));
        Assert.Equal(("/chat", "room=1", "server.example.com"), (request.Path, request.Query, request.Host));
        Assert.Equal(
            [
                new("Upgrade", "websocket"),
                new("Connection", "Upgrade"),
                new("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
                new("Sec-WebSocket-Protocol", "superchat"),
            ],
            request.Accept("superchat").GetUpgradeFields());

        Assert.Equal(WebSocketHandshakeError.MethodNotGet, FindError("POST", "/", fields));
        Assert.Equal(WebSocketHandshakeError.MissingPath, FindError("GET", "*", fields));
        Assert.Equal(WebSocketHandshakeError.MissingPath, FindError("GET", "/a b", fields));
        Assert.Equal(WebSocketHandshakeError.InvalidField, FindError("GET", "/", [.. fields, new("X", "a\r\nb")]));
        Assert.Equal(WebSocketHandshakeError.InvalidField, FindError("GET", "/", [.. fields, new("Host", "another.example.com")]));
        Assert.Equal(WebSocketHandshakeError.MissingHost, FindError("GET", "/", fields[1..]));
        Assert.Equal(WebSocketHandshakeError.UnexpectedBody, FindError("GET", "/", [.. fields, new("Content-Length", "1")]));
        Assert.Equal(WebSocketHandshakeError.DuplicateKey, FindError("GET", "/", [.. fields, fields[3]]));
        Assert.Equal(WebSocketHandshakeError.MissingVersion, FindError("GET", "/", fields[..^1]));
        Assert.Equal(WebSocketHandshakeError.MissingHost, FindError("GET", "/", []));
        Assert.Equal(WebSocketHandshakeError.InvalidField, FindError("GET", "/", [.. fields, new("X", " a")]));
        Assert.Equal(WebSocketHandshakeError.InvalidField, FindError("GET", "/", [.. fields, new("X", null!)]));
        Assert.Equal(WebSocketHandshakeError.InvalidField, FindError("GET", "/", [.. fields, new("Ü", "a")]));

        static WebSocketHandshakeError FindError(string method, string target, WebSocketHandshakeField[] fields)
        {
            Assert.False(
                WebSocketHandshake.TryParseRequest(
                    method, target, fields, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure));
            Assert.Null(request);
            Assert.Equal(0, failure.Offset);
            return failure.Error;
        }
    }

    [Fact]
    public void What_browsers_send_and_other_stacks_take_refuses_no_handshake()
    {
        WebSocketHandshakeField[] fields =
        [
            new("Host", "server.example.com"),
            new("Upgrade", "websocket"),
            new("Connection", "Upgrade"),
            new("Cookie", "city=Köln; broken=\uD800"),
            new("X-Empty", ""),
            new("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            new("Sec-WebSocket-Version", "13"),
        ];
        Assert.True(WebSocketHandshake.TryParseRequest("GET", "/", fields, out WebSocketHandshakeRequest? request, out _));
        Assert.True(request.Fields.TryGetValue("cookie"u8, out ReadOnlySpan<byte> cookie));
        Assert.Equal("city=Köln; broken=\uFFFD"u8, cookie);
        Assert.Equal("", request.GetField("x-empty"u8));

        Assert.True(WebSocketHandshake.TryParseRequest("GET", "/a[1]?q={b}|c^", fields, out request, out _));
        Assert.Equal(("/a[1]", "q={b}|c^"), (request.Path, request.Query));
        Assert.False(WebSocketHandshake.TryParseRequest("GET", "/ HTTP/1.1\r\nX:", fields, out _, out WebSocketHandshakeFailure failure));
        Assert.Equal(WebSocketHandshakeError.MissingPath, failure.Error);

        fields[1] = new("Upgrade", "websöcket");
        Assert.False(WebSocketHandshake.TryParseRequest("GET", "/", fields, out _, out failure));
        Assert.Equal(WebSocketHandshakeError.UpgradeNotWebSocket, failure.Error);
        Assert.Throws<ArgumentException>(() => request.Accept(fields: [new("Set-Cookie", "city=Köln")]));
    }

    [Fact]
    public void An_answer_with_extensions_and_fields_is_written()
    {
        WebSocketHandshakeRequest request = Parse(Request);
        WebSocketHandshakeResponse response = request.Accept(
            extensions: [new WebSocketExtension("bar", new WebSocketExtensionParameter("x", "1")), new WebSocketExtension("foo")],
            fields: [new("Set-Cookie", "a=b")]);

        Assert.EndsWith("Sec-WebSocket-Extensions: bar; x=1, foo\r\nSet-Cookie: a=b\r\n\r\n", Write(response), StringComparison.Ordinal);
        Assert.DoesNotContain("Sec-WebSocket-Protocol", Write(response), StringComparison.Ordinal);
    }

    [Fact]
    public void The_caller_sees_everything_before_anything_is_accepted()
    {
        WebSocketHandshakeRequest request = Parse(Request);

        Assert.Equal(("/chat", "", "server.example.com", "http://example.com"), (request.Path, request.Query, request.Host, request.Origin));
        Assert.Equal(["chat", "superchat"], request.Subprotocols);
        Assert.Equal(["foo; a", "bar"], request.Extensions.Select(e => e.ToString()));
        Assert.Equal("Upgrade", request.GetField("connection"u8));
        Assert.False(request.IsExtendedConnect);
        Assert.Null(request.ChooseSubprotocol("other"));
        Assert.Equal("chat", request.ChooseSubprotocol("other", "superchat", "chat"));
    }

    [Fact]
    public void A_rejection_has_its_status_fields_and_body()
    {
        WebSocketHandshakeResponse response = Parse(Request).Reject(401, "Who are you?\n", [new("WWW-Authenticate", "Basic realm=\"x\"")]);

        Assert.False(response.IsAccepted);
        Assert.Equal(
            "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\n" +
            "WWW-Authenticate: Basic realm=\"x\"\r\n\r\nWho are you?\n",
            Write(response));
        Assert.EndsWith("Content-Length: 10\r\n\r\nForbidden\n", Write(Parse(Request).Reject(403)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("content-type")]
    public void A_rejection_has_one_content_type(string name)
    {
        WebSocketHandshakeResponse response = Parse(Request).Reject(403, "{}", [new(name, "application/json")]);
        Assert.Equal(
            [new("Connection", "close"), new("Content-Length", "2"), new(name, "application/json")], response.GetUpgradeFields());
    }

    [Theory]
    [InlineData(101)]
    [InlineData(200)]
    [InlineData(304)]
    [InlineData(600)]
    public void A_rejection_is_no_acceptance(int status) => Assert.Throws<ArgumentOutOfRangeException>(() => Parse(Request).Reject(status));

    [Fact]
    public void Only_what_was_offered_can_be_accepted()
    {
        WebSocketHandshakeRequest request = Parse(Request);

        Assert.Throws<ArgumentException>(() => request.Accept("other"));
        Assert.Throws<ArgumentException>(() => request.Accept("Chat"));
        Assert.Throws<ArgumentException>(() => request.Accept(extensions: [new WebSocketExtension("baz")]));
        Assert.Throws<ArgumentException>(() => request.Accept(extensions: [new WebSocketExtension("foo"), new WebSocketExtension("foo")]));
    }

    /// <summary>A client refuses an answer with it; the offer itself breaks no rule.</summary>
    [Fact]
    public void An_offer_with_a_parameter_twice_cannot_be_accepted_as_it_is()
    {
        string offer = Request.Replace("Sec-WebSocket-Extensions: ", "Sec-WebSocket-Extensions: twice;a;a, once;a, ", StringComparison.Ordinal);
        WebSocketHandshakeRequest request = Parse(offer);
        WebSocketExtension twice = Assert.Single(request.Extensions, e => e.Name == "twice");
        WebSocketExtension once = Assert.Single(request.Extensions, e => e.Name == "once");

        Assert.True(twice.HasDuplicates);
        Assert.Throws<ArgumentException>(() => request.Accept(extensions: [twice]));
        Assert.Equal([once], request.Accept(extensions: [once]).Extensions);
    }

    [Theory]
    [InlineData("X\r\nY", "a")]
    [InlineData("X", "a\r\nY: b")]
    [InlineData("X", "a\nb")]
    [InlineData("X", "a\0b")]
    [InlineData("X", " a")]
    [InlineData("X", "\u00E9")]
    [InlineData("", "a")]
    [InlineData("sec-websocket-accept", "a")]
    [InlineData("Content-Length", "5")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Upgrade", "h2c")]
    public void Added_fields_cannot_be_injected(string name, string value)
    {
        WebSocketHandshakeField[] fields = [new(name, value)];

        Assert.Throws<ArgumentException>(() => Parse(Request).Accept(fields: fields));
        Assert.Throws<ArgumentException>(() => Parse(Request).Reject(403, fields: fields));
        Assert.Throws<ArgumentException>(() => new WebSocketHandshakeOffer("a", "/") { Fields = [.. fields] });
    }

    [Fact]
    public void Version_12_is_answered_426_with_the_version_that_is_spoken()
    {
        string text = Refuse(Request.Replace("Version: 13", "Version: 12", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 426 Upgrade Required\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Version: 13\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nThe WebSocket version is 13 (RFC 6455 §4.2.2).\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_method_is_answered_405_with_the_one_that_is_allowed()
    {
        string text = Refuse(Request.Replace("GET ", "PUT ", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 405 Method Not Allowed\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nAllow: GET\r\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Extensions: foo; a", "Sec-WebSocket-Extensions: foo; =", "HTTP/1.1 400 ")]
    [InlineData("chat, superchat", "chat, chat", "HTTP/1.1 400 ")]
    [InlineData("chat, superchat", "chat@", "HTTP/1.1 400 ")]
    [InlineData("HTTP/1.1", "HTTP/1.0", "HTTP/1.1 400 ")]
    [InlineData("ZQ==", "ZR==", "HTTP/1.1 400 ")]
    public void Probes_that_others_let_through_are_refused(string part, string probe, string status)
    {
        string text = Refuse(Request.Replace(part, probe, StringComparison.Ordinal));

        Assert.StartsWith(status, text, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\r\n\r\n[A-Z].* \(RFC \d+ §[0-9.]+\)\.\n$", text);
    }

    [Fact]
    public void A_list_of_upgrades_that_has_websocket_is_accepted()
        => Assert.True(Parse(Request.Replace("Upgrade: websocket", "Upgrade: h2c, websocket", StringComparison.Ordinal)).Accept().IsAccepted);

    [Fact]
    public void The_exception_names_rule_status_and_offset()
    {
        WebSocketHandshakeException e
            = Assert.Throws<WebSocketHandshakeException>(() => Parse(Request.Replace("Version: 13", "Version: 7", StringComparison.Ordinal)));

        Assert.Equal((WebSocketHandshakeError.UnsupportedVersion, "UnsupportedVersion", 426), (e.Error, e.Code, e.RefusalStatus));
        Assert.Equal(Request.IndexOf("13\r\n", StringComparison.Ordinal), e.Offset);
    }

    [Fact]
    public void A_handshake_is_told_from_another_request()
    {
        using Http1RequestDecoder decoder = new();
        decoder.Decode(Encoding.ASCII.GetBytes(Request), out _, out Http1RequestHead head);
        Assert.True(WebSocketHandshake.IsUpgradeRequest(head));
        decoder.Decode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, out _, out head);
        Assert.False(WebSocketHandshake.IsUpgradeRequest(head));
    }

    [Fact]
    public void Limits_can_be_set()
    {
        using Http1RequestDecoder decoder = new();
        decoder.Decode(Encoding.ASCII.GetBytes(Request), out _, out Http1RequestHead head);

        Assert.False(
            WebSocketHandshake.TryParseRequest(
                head, out _, out WebSocketHandshakeFailure failure, new WebSocketHandshakeOptions { MaxSubprotocols = 1 }));
        Assert.Equal(WebSocketHandshakeError.TooManySubprotocols, failure.Error);
        Assert.False(WebSocketHandshake.TryParseRequest(head, out _, out failure, new WebSocketHandshakeOptions { MaxExtensions = 1 }));
        Assert.Equal(WebSocketHandshakeError.TooManyExtensions, failure.Error);
        Assert.False(WebSocketHandshake.TryParseRequest(head, out _, out failure, new WebSocketHandshakeOptions { MaxExtensionParameters = 0 }));
        Assert.Equal((WebSocketHandshakeError.TooManyExtensions, 431), (failure.Error, failure.RefusalStatus));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketHandshakeOptions { MaxExtensions = -1 });
    }

    private static WebSocketHandshakeRequest Parse(string text)
    {
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.ASCII.GetBytes(text), out _, out Http1RequestHead head));
        return WebSocketHandshake.ParseRequest(head);
    }

    private static string Refuse(string text)
    {
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.ASCII.GetBytes(text), out _, out Http1RequestHead head));
        Assert.False(WebSocketHandshake.TryParseRequest(head, out _, out WebSocketHandshakeFailure failure));
        return Write(WebSocketHandshakeResponse.Refuse(failure));
    }

    private static string Write(WebSocketHandshakeResponse response)
    {
        ArrayBufferWriter<byte> output = new();
        response.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
