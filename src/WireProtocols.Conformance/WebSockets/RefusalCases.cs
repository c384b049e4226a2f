namespace WireProtocols.Conformance;

/// <summary>Opening handshakes that a server has to refuse.</summary>
internal static class RefusalCases
{
    private static readonly ConformanceRule Stop = ConformanceRule.Must(
        "RFC 6455 §4.2.1",
        "If the server, while reading the handshake, finds that the client did not send a handshake that matches the "
            + "description below ... including but not limited to any violations of the ABNF grammar specified for the components of "
            + "the handshake, the server MUST stop processing the client's handshake and return an HTTP response with an appropriate "
            + "error code (such as 400 Bad Request).",
        "Check method, version, Host, Upgrade, Connection, Sec-WebSocket-Key and Sec-WebSocket-Version before you answer with 101.");

    private static readonly ConformanceRule Key = ConformanceRule.Must(
        "RFC 6455 §4.2.1",
        "A |Sec-WebSocket-Key| header field with a base64-encoded (see Section 4 of [RFC4648]) value that, when decoded, is 16 "
            + "bytes in length.",
        "Refuse a key that is not 24 characters of base64 for 16 bytes.");

    private static readonly ConformanceRule OneKey = ConformanceRule.Must(
        "RFC 6455 §11.3.1",
        "The |Sec-WebSocket-Key| header field MUST NOT appear more than once in an HTTP request.",
        "Refuse a request that has it twice.");

    private static readonly ConformanceRule Version = ConformanceRule.Must(
        "RFC 6455 §4.2.2",
        "If this version does not match a version understood by the server, the server MUST abort the WebSocket handshake "
            + "described in this section and instead send an appropriate HTTP error code (such as 426 Upgrade Required) and a "
            + "|Sec-WebSocket-Version| header field indicating the version(s) the server is capable of understanding.",
        "Answer another version with 426 and Sec-WebSocket-Version: 13.");

    private static readonly ConformanceRule Draft = ConformanceRule.May(
        "RFC 6455 §4.4",
        "a client can initially request the version of the WebSocket Protocol that it prefers (which doesn't necessarily have "
            + "to be the latest supported by the client).",
        "Answer a version that you do not speak with 426 and Sec-WebSocket-Version: 13.");

    private static readonly ConformanceRule OneVersion = ConformanceRule.Must(
        "RFC 6455 §11.3.5",
        "the |Sec-WebSocket-Version| header field MUST NOT appear more than once in an HTTP request.",
        "Refuse a request that has it twice.");

    private static readonly ConformanceRule Tokens = ConformanceRule.Must(
        "RFC 6455 §4.2.1",
        "An |Upgrade| header field containing the value \"websocket\", treated as an ASCII case-insensitive value. ... A "
            + "|Connection| header field that includes the token \"Upgrade\", treated as an ASCII case-insensitive value.",
        "Compare whole tokens of the list, not parts of the text.");

    private static readonly ConformanceRule Old = ConformanceRule.Must(
        "RFC 9110 §7.8",
        "A server that receives an Upgrade header field in an HTTP/1.0 request MUST ignore that Upgrade field.",
        "Demand HTTP/1.1 or higher.");

    private static readonly ConformanceRule Host = ConformanceRule.Must(
        "RFC 9112 §3.2",
        "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that lacks a Host header "
            + "field and to any request message that contains more than one Host header field line or a Host header field with an "
            + "invalid field value.",
        "Count the Host lines before anything else.");

    private static readonly ConformanceRule Colon = ConformanceRule.Must(
        "RFC 9112 §5.1",
        "A server MUST reject, with a response status code of 400 (Bad Request), any received request message that contains "
            + "whitespace between a header field name and colon.",
        "Refuse white space before a colon.");

    private static readonly ConformanceRule Names = ConformanceRule.Should(
        "RFC 9112 §2.2",
        "When a server listening only for HTTP request messages, or processing what appears from the start-line to be an HTTP "
            + "request message, receives a sequence of octets that does not match the HTTP-message grammar aside from the robustness "
            + "exceptions listed above, the server SHOULD respond with a 400 (Bad Request) response and close the connection.",
        "Refuse lines without a colon, and names that are no tokens.");

    private static readonly ConformanceRule Fold = ConformanceRule.Must(
        "RFC 9112 §5.2",
        "A server that receives an obs-fold in a request message that is not within a \"message/http\" container MUST either "
            + "reject the message by sending a 400 (Bad Request) ... or replace each received obs-fold with one or more SP octets",
        "Refuse folded lines.");

    private static readonly ConformanceRule FirstLine = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as invalid or "
            + "consume each whitespace-preceded line without further processing of it",
        "Refuse a first line that begins with a space, or leave it unread.");

    private static readonly ConformanceRule Control = ConformanceRule.May(
        "RFC 9110 §5.5",
        "Field values containing CR, LF, or NUL characters are invalid and dangerous, ... a recipient of CR, LF, or NUL within "
            + "a field value MUST either reject the message or replace each of those characters with SP before further processing",
        "Refuse control characters in values.");

    private static readonly ConformanceRule Fragment = ConformanceRule.Should(
        "RFC 6455 §3",
        "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs.",
        "Refuse a target with '#'.");

    private static readonly ConformanceRule Lists = ConformanceRule.Must(
        "RFC 6455 §4.2.1, §9.1",
        "including but not limited to any violations of the ABNF grammar specified for the components of the handshake, the "
            + "server MUST stop processing the client's handshake",
        "Parse both lists by their grammar, and refuse what does not fit.");

    private static readonly ConformanceRule Body = ConformanceRule.May(
        "RFC 9110 §9.3.1",
        "content received in a GET request has no generally defined semantics, cannot alter the meaning or target of the "
            + "request, and might lead some implementations to reject the request and close the connection because of its potential "
            + "as a request smuggling attack.",
        "Refuse a handshake with a body: one reader takes it for frames, another does not.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. new[] { ("post", "POST"), ("put", "PUT"), ("options", "OPTIONS"), ("delete", "DELETE"), ("lower-case", "get"), ("longer", "GETX") }
            .Select(m => OpeningPlay.Refuses($"ws/handshake/method/{m.Item1}", Stop, r => r.Method = m.Item2, isPlain: true)),
        OpeningPlay.Refuses("ws/handshake/http-version/1.0", Old, r => r.Version = "HTTP/1.0", isPlain: true),
        OpeningPlay.Refuses("ws/handshake/http-version/0.9", Stop, r => r.Version = "HTTP/0.9", isPlain: true, isGarbage: true),
        OpeningPlay.Refuses("ws/handshake/http-version/malformed", Stop, r => r.Version = "HTTP/1.1x", isGarbage: true),
        OpeningPlay.Refuses("ws/handshake/http-version/lower-case", Stop, r => r.Version = "http/1.1", isGarbage: true),
        OpeningPlay.Refuses("ws/handshake/target/fragment", Fragment, r => r.Target += "#part"),
        OpeningPlay.Refuses("ws/handshake/target/asterisk", Stop, r => r.Target = "*"),
        OpeningPlay.Refuses("ws/handshake/target/space", Stop, r => r.Target += " x", isGarbage: true),
        OpeningPlay.Refuses("ws/handshake/host/missing", Host, r => r.Without("Host")),
        OpeningPlay.Refuses("ws/handshake/host/twice", Host, r => r.Add("Host", r.Host)),
        OpeningPlay.Refuses("ws/handshake/host/twice-different", Host, r => r.Add("Host", "example.com")),
        OpeningPlay.Refuses("ws/handshake/host/invalid", Host, r => r.With("Host", "a b")),
        OpeningPlay.Refuses("ws/handshake/host/invalid-path", Host, r => r.With("Host", "localhost/x")),
        OpeningPlay.Refuses("ws/handshake/host/empty", ConformanceRule.May(Host.Spec, Host.Sentence, Host.Advice), r => r.With("Host", "")),
        OpeningPlay.Refuses("ws/handshake/upgrade/missing", Stop, r => r.Without("Upgrade"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/upgrade/other", Stop, r => r.With("Upgrade", "h2c"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/upgrade/longer", Tokens, r => r.With("Upgrade", "websockets"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/upgrade/prefix", Tokens, r => r.With("Upgrade", "notwebsocket"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/upgrade/empty", Stop, r => r.With("Upgrade", ""), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/connection/missing", Stop, r => r.Without("Connection"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/connection/keep-alive", Stop, r => r.With("Connection", "keep-alive"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/connection/close", Stop, r => r.With("Connection", "close"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/connection/longer", Tokens, r => r.With("Connection", "upgraded"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/connection/prefix", Tokens, r => r.With("Connection", "no-upgrade, xupgrade"), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/connection/empty", Stop, r => r.With("Connection", ""), isPlain: true),
        OpeningPlay.Refuses("ws/handshake/key/missing", Stop, r => r.Without("Sec-WebSocket-Key")),
        OpeningPlay.Refuses("ws/handshake/key/empty", Key, r => r.WithKey("")),
        OpeningPlay.Refuses("ws/handshake/key/15-bytes", Key, r => r.WithKey(Convert.ToBase64String(new byte[15]))),
        OpeningPlay.Refuses("ws/handshake/key/17-bytes", Key, r => r.WithKey(Convert.ToBase64String(new byte[17]))),
        OpeningPlay.Refuses("ws/handshake/key/18-bytes", Key, r => r.WithKey(Convert.ToBase64String(new byte[18]))),
        OpeningPlay.Refuses("ws/handshake/key/32-bytes", Key, r => r.WithKey(Convert.ToBase64String(new byte[32]))),
        OpeningPlay.Refuses("ws/handshake/key/no-padding", Key, r => r.WithKey("AAAAAAAAAAAAAAAAAAAAAA")),
        OpeningPlay.Refuses("ws/handshake/key/no-base64", Key, r => r.WithKey("!!!!!!!!!!!!!!!!!!!!!!==")),
        OpeningPlay.Refuses("ws/handshake/key/url-alphabet", Key, r => r.WithKey("-_-_-_-_-_-_-_-_-_-_-w==")),
        OpeningPlay.Refuses("ws/handshake/key/space-inside", Key, r => r.WithKey("AAAAAAAAAAA AAAAAAAAAAAA==")),
        OpeningPlay.Refuses("ws/handshake/key/padding-inside", Key, r => r.WithKey("AAAA==AAAAAAAAAAAAAAAA==")),
        OpeningPlay.Refuses("ws/handshake/key/list", Key, r => r.WithKey("AAAAAAAAAAAAAAAAAAAAAA==, AAAAAAAAAAAAAAAAAAAAAA==")),
        OpeningPlay.Refuses(
            "ws/handshake/key/bits-behind",
            ConformanceRule.May("RFC 4648 §3.5", "decoders MAY choose to reject an encoding if the pad bits have not been set to zero.", Key.Advice),
            r => r.WithKey("AAAAAAAAAAAAAAAAAAAAAB==")),
        OpeningPlay.Refuses("ws/handshake/key/twice", OneKey, r => r.Add("Sec-WebSocket-Key", r.Key)),
        OpeningPlay.Refuses("ws/handshake/key/twice-different", OneKey, r => r.Add("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")),
        OpeningPlay.Refuses("ws/handshake/version/missing", Stop, r => r.Without("Sec-WebSocket-Version")),
        .. new[] { "0", "12", "14", "25", "255" }.Select(v => OpeningPlay.Refuses(
            $"ws/handshake/version/{v}", Version, r => r.With("Sec-WebSocket-Version", v), check: CheckVersion)),
        .. new[] { "7", "8" }.Select(v => OpeningPlay.Refuses(
            $"ws/handshake/version/{v}", Draft, r => r.With("Sec-WebSocket-Version", v), check: CheckVersion)),
        .. new[]
        {
            ("empty", ""), ("leading-zero", "013"), ("sign", "+13"), ("fraction", "13.0"), ("list", "13, 8"), ("word", "thirteen"), ("hex", "0xd"),
            ("behind", "13x"), ("large", "4294967309"),
        }.Select(v => OpeningPlay.Refuses($"ws/handshake/version/{v.Item1}", Stop, r => r.With("Sec-WebSocket-Version", v.Item2))),
        OpeningPlay.Refuses("ws/handshake/version/twice", OneVersion, r => r.Add("Sec-WebSocket-Version", "13")),
        OpeningPlay.Refuses("ws/handshake/version/twice-different", OneVersion, r => r.Add("Sec-WebSocket-Version", "8")),
        OpeningPlay.Refuses("ws/handshake/fields/space-before-colon", Colon, r => r.Line("X-Space : a")),
        OpeningPlay.Refuses("ws/handshake/fields/space-before-colon-of-key", Colon, r
            => r.Replace("Sec-WebSocket-Key", $"Sec-WebSocket-Key : {r.Key}")),
        OpeningPlay.Refuses("ws/handshake/fields/tab-before-colon", Colon, r => r.Line("X-Tab\t: a")),
        OpeningPlay.Refuses("ws/handshake/fields/no-colon", Names, r => r.Line("nothing")),
        OpeningPlay.Refuses("ws/handshake/fields/no-name", Names, r => r.Line(": value")),
        OpeningPlay.Refuses("ws/handshake/fields/name-no-token", Names, r => r.Line("X(Y): value")),
        OpeningPlay.Refuses("ws/handshake/fields/nul", Control, r => r.Line("X-Nul: a\0b")),
        OpeningPlay.Refuses("ws/handshake/fields/bare-cr", Control, r => r.Line("X-Cr: a\rb")),
        OpeningPlay.Refuses("ws/handshake/fields/folded", ConformanceRule.May(Fold.Spec, Fold.Sentence, Fold.Advice), r => r.Line("X-Fold: a\r\n b")),
        OpeningPlay.Refuses("ws/handshake/fields/folded-first", FirstLine,
            r => r.Without("Upgrade").Replace("Host", $" Upgrade: websocket\r\nHost: {r.Host}"), isPlain: true, isGarbage: true),
        OpeningPlay.RefusesList("ws/handshake/subprotocol/no-token", Lists, "Sec-WebSocket-Protocol", "a b", "wire"),
        OpeningPlay.RefusesList("ws/handshake/subprotocol/separator", Lists, "Sec-WebSocket-Protocol", "a;b=c", "wire"),
        OpeningPlay.RefusesList("ws/handshake/subprotocol/quoted", Lists, "Sec-WebSocket-Protocol", "\"chat\"", "wire"),
        OpeningPlay.RefusesList("ws/handshake/subprotocol/empty", Lists, "Sec-WebSocket-Protocol", "", "wire"),
        OpeningPlay.RefusesList("ws/handshake/subprotocol/only-commas", Lists, "Sec-WebSocket-Protocol", ", ,", "wire"),
        OpeningPlay.Refuses(
            "ws/handshake/subprotocol/twice-the-same",
            ConformanceRule.Should(
                "RFC 6455 §4.1", "The elements that comprise this value MUST be non-empty strings ... and MUST all be unique strings.",
                    "Refuse doubles."),
            r => r.Add("Sec-WebSocket-Protocol", "chat, chat")),
        OpeningPlay.Refuses("ws/handshake/body/length", Body, r => r.Add("Content-Length", "5").WithBody("hello")),
        OpeningPlay.Refuses("ws/handshake/body/chunked", Body, r => r.Add("Transfer-Encoding", "chunked").WithBody("0\r\n\r\n")),
    ];

    private static ConformanceFinding? CheckVersion(OpeningAnswer answer)
        => !answer.Members("Sec-WebSocket-Version").Contains("13")
            ? ConformanceFinding.Fail($"'{answer}' without a Sec-WebSocket-Version field that says 13")
            : answer.Status < 400 ? ConformanceFinding.Fail($"'{answer}' is no HTTP error") : null;
}
