using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>Answers that open nothing: other statuses, and 101 with something wrong in it.</summary>
internal static class RefusedHeadCases
{
    private static readonly ConformanceRule Status = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the status code received from the server is not 101, the client handles the response per HTTP [RFC2616] procedures.",
        "Open a connection on 101 alone, whatever else the head says.");

    private static readonly ConformanceRule Upgrade = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a value that is not an ASCII "
            + "case-insensitive match for the value \"websocket\", the client MUST _Fail the WebSocket Connection_.",
        "Compare the whole value.");

    private static readonly ConformanceRule UpgradeLists
        = ConformanceRule.Should(Upgrade.Spec, Upgrade.Sentence, "The value is one token: a list is none.");

    private static readonly ConformanceRule Connection = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response lacks a |Connection| header field or the |Connection| header field doesn't contain a token that is an ASCII "
            + "case-insensitive match for the value \"Upgrade\", the client MUST _Fail the WebSocket Connection_.",
        "Compare whole tokens of the list.");

    private static readonly ConformanceRule Accept = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response lacks a |Sec-WebSocket-Accept| header field or the |Sec-WebSocket-Accept| contains a value other than the "
            + "base64-encoded SHA-1 of the concatenation of the |Sec-WebSocket-Key| (as a string, not base64-decoded) with the string "
            + "\"258EAFA5-E914-47DA-95CA-C5AB0DC85B11\" but ignoring any leading and trailing whitespace, the client MUST _Fail the "
            + "WebSocket Connection_.",
        "Work the value out and compare every character, case included.");

    private static readonly ConformanceRule AcceptOnce = ConformanceRule.Should(
        "RFC 6455 §11.3.3", "The |Sec-WebSocket-Accept| header MUST NOT appear more than once in an HTTP response.", "Fail where it stands twice.");

    private static readonly ConformanceRule Subprotocol = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response includes a |Sec-WebSocket-Protocol| header field and this header field indicates the use of a subprotocol that "
            + "was not present in the client's handshake (the server has indicated a subprotocol not requested by the client), the client "
            + "MUST _Fail the WebSocket Connection_.",
        "Take a subprotocol that you offered, and no other.");

    private static readonly ConformanceRule Valid = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the server's response does not conform to the requirements for the server's handshake as defined in this section and in "
            + "Section 4.2.2, the client MUST _Fail the WebSocket Connection_.",
        "Parse the status line before you believe it.");

    /// <summary>It says 101 to whoever is tolerant.</summary>
    private static readonly ConformanceRule Tolerated = ConformanceRule.Should(Valid.Spec, Valid.Sentence, Valid.Advice);

    private static readonly ConformanceRule Closes = ConformanceRule.Must(
        "RFC 6455 §7.1.7",
        "To do so, the client MUST _Close the WebSocket Connection_, and MAY report the problem to the user (which would be especially "
            + "useful for developers) in an appropriate manner.",
        "End the TCP connection where the answer opens nothing.");

    private static readonly ConformanceRule Lenient = ConformanceRule.May(
        "RFC 9112 §5.1", "No whitespace is allowed between the field name and colon.", "Nothing has to be done.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. new[]
        {
            102, 200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 407, 409, 410, 426, 429, 500,
            501, 502, 503, 504,
        }.Select(status => HeadPlay.Refuses(
            string.Create(CultureInfo.InvariantCulture, $"handshake/refused/status/{status}"),
            Status,
            a =>
            {
                a.StatusLine = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} No Switching");
                _ = status is 102 or 204 or 304 ? a : a.Add("Content-Length", "0");
            },
            isHttp: true)),
        HeadPlay.Refuses("handshake/refused/status/200-without-length", Status, a => a.StatusLine = "HTTP/1.1 200 OK", isHttp: true),
        HeadPlay.Refuses("handshake/refused/status/200-plain", Status, a => Plain(a, "HTTP/1.1 200 OK"), isHttp: true),
        HeadPlay.Refuses("handshake/refused/status/404-plain", Status, a => Plain(a, "HTTP/1.1 404 Not Found"), isHttp: true),
        HeadPlay.Refuses("handshake/refused/status/reason-101", Status, a => a.StatusLine = "HTTP/1.1 400 101 Switching Protocols", isHttp: true),
        HeadPlay.Refuses("handshake/refused/status/reason-of-101", Status, a => a.StatusLine = "HTTP/1.1 403 Switching Protocols", isHttp: true),
        .. new[]
        {
            ("1010", "HTTP/1.1 1010 Switching Protocols"), ("10", "HTTP/1.1 10 Switching Protocols"),
            ("101x", "HTTP/1.1 101x Switching Protocols"),
            ("hex", "HTTP/1.1 0x65 Switching Protocols"), ("no-status", "HTTP/1.1 Switching Protocols"), ("garbage", "hello"),
        }.Select(s => HeadPlay.Refuses($"handshake/refused/status-line/{s.Item1}", Valid, a => a.StatusLine = s.Item2)),
        .. new[]
        {
            ("0101", "HTTP/1.1 0101 Switching Protocols"), ("plus", "HTTP/1.1 +101 Switching Protocols"),
            ("no-http", "WEBSOCKET/1.1 101 Switching Protocols"), ("http-1.0", "HTTP/1.0 101 Switching Protocols"),
        }.Select(s => HeadPlay.Refuses($"handshake/refused/status-line/{s.Item1}", Tolerated, a => a.StatusLine = s.Item2)),
        HeadPlay.Of("handshake/refused/closes", Closes, "the end of the TCP connection", async context =>
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                await peer.SendAsync(new OpeningReply(request).Without("Sec-WebSocket-Accept").ToBytes(), "101 without Sec-WebSocket-Accept");
                return await peer.NextAsync() switch
                {
                    PeerEvent.End end => ConformanceFinding.Pass(end.ToString()),
                    PeerEvent.Silence => ConformanceFinding.Late("the TCP connection stayed open"),
                    PeerEvent.Close close => ConformanceFinding.Info($"{close} came, on a connection that was not open yet"),
                    _ when peer.Raw.Buffered.StartsWith("GET "u8) => ConformanceFinding.Pass("the client sent another request of HTTP"),
                    var other => ConformanceFinding.Fail($"{other} came, on a connection that was not open"),
                };
            }
        }).Broken(),
        HeadPlay.Refuses("handshake/refused/upgrade/missing", Upgrade, a => a.Without("Upgrade")),
        .. new[]
        {
            ("empty", ""), ("h2c", "h2c"), ("websockets", "websockets"), ("prefix", "web"), ("longer", "xwebsocket"),
            ("with-version", "websocket/13"),
            ("with-space", "web socket"), ("hyphen", "web-socket"), ("quoted", "\"websocket\""), ("tls", "TLS/1.0"),
        }.Select(u => HeadPlay.Refuses($"handshake/refused/upgrade/{u.Item1}", Upgrade, a => a.With("Upgrade", u.Item2))),
        HeadPlay.Refuses("handshake/refused/upgrade/list", UpgradeLists, a => a.With("Upgrade", "websocket, h2c")),
        HeadPlay.Refuses("handshake/refused/upgrade/list-last", UpgradeLists, a => a.With("Upgrade", "h2c, websocket")),
        HeadPlay.Refuses("handshake/refused/connection/missing", Connection, a => a.Without("Connection")),
        .. new[]
        {
            ("empty", ""), ("close", "close"), ("keep-alive", "keep-alive"), ("longer", "Upgraded"), ("prefix", "Up"),
            ("behind-hyphen", "no-Upgrade"),
            ("before-hyphen", "Upgrade-Insecure-Requests"), ("list", "keep-alive, Upgrades"), ("with-space", "Up grade"), ("websocket", "websocket"),
        }.Select(c => HeadPlay.Refuses($"handshake/refused/connection/{c.Item1}", Connection, a => a.With("Connection", c.Item2))),
        HeadPlay.Refuses("handshake/refused/fields/exchanged", Upgrade, a => a.With("Upgrade", "Upgrade").With("Connection", "websocket")),
        HeadPlay.Refuses("handshake/refused/accept/missing", Accept, a => a.Without("Sec-WebSocket-Accept")),
        .. new (string Id, Func<OpeningReply, string> Value)[]
        {
            ("empty", _ => ""), ("of-another-key", _ => OpeningAnswer.AcceptOf("dGhlIHNhbXBsZSBub25jZQ==")),
            ("sample", _ => "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), ("the-key", a => Key(a)), ("of-the-key-alone", a => Hash(Key(a))),
            ("of-the-guid-alone", _ => OpeningAnswer.AcceptOf("")), ("upper-case", a => a.Accept.ToUpperInvariant()),
            ("other-case", a => Swapped(a.Accept)), ("cut", a => a.Accept[..^4]), ("half", a => a.Accept[..14]), ("longer", a => a.Accept + "A"),
            ("twice-in-one", a => a.Accept + a.Accept), ("no-padding", a => a.Accept.TrimEnd('=')), ("quoted", a => $"\"{a.Accept}\""),
            ("first-character", a => Other(a.Accept, 0)), ("last-character", a => Other(a.Accept, 26)),
            ("middle-character", a => Other(a.Accept, 13)),
            ("of-the-bytes", a => OfBytes(Key(a))), ("guid-in-lower-case", a => Hash(Key(a) + "258eafa5-e914-47da-95ca-c5ab0dc85b11")),
            ("hex", a => Convert.ToHexStringLower(Convert.FromBase64String(a.Accept))), ("url-safe", UrlSafe),
            ("inner-space", a => a.Accept.Insert(9, " ")),
        }.Select(c => HeadPlay.Refuses($"handshake/refused/accept/{c.Id}", Accept, a => a.With("Sec-WebSocket-Accept", c.Value(a)))),
        HeadPlay.Refuses(
            "handshake/refused/accept/other-name", Accept, a => a.Replace("Sec-WebSocket-Accept", $"Sec-WebSocket-Accepted: {a.Accept}")),
        HeadPlay.Refuses("handshake/refused/accept/wrong-then-right", AcceptOnce, a => a.First("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
        HeadPlay.Refuses("handshake/refused/accept/right-then-wrong", AcceptOnce, a => a.Add("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
        HeadPlay.Refuses("handshake/refused/fields/space-before-colon", Lenient, a => a.Each((n, v) => $"{n} : {v}")),
        HeadPlay.Refuses("handshake/refused/subprotocol/unknown", Subprotocol, a => a.Choose("x-wire-unknown")),
        HeadPlay.Refuses("handshake/refused/subprotocol/not-offered", Subprotocol, a => a.Choose(Unoffered(a, "chat"))),
        Offered("list", offered => offered.Length > 1 ? string.Join(", ", offered) : null, "the client does not offer two subprotocols"),
        Offered("case", offered => Swapped(offered[0]) is var other && !offered.Contains(other) ? other : null, "the subprotocol has no letters"),
        Offered("longer", offered => offered[0] + "x", ""),
        Offered(
            "prefix",
            offered => offered[0].Length > 1 && !offered.Contains(offered[0][..^1]) ? offered[0][..^1] : null,
            "the subprotocol has one letter"),
    ];

    private static string Key(OpeningReply reply) => reply.Request.All("Sec-WebSocket-Key")[0];

    private static void Plain(OpeningReply reply, string statusLine)
    {
        reply.StatusLine = statusLine;
        reply.Choose(null).Without("Upgrade").Without("Connection").Without("Sec-WebSocket-Accept")
            .Add("Content-Type", "text/plain").Add("Content-Length", "0");
    }

    private static string Unoffered(OpeningReply reply, string name)
        => reply.Request.Members("Sec-WebSocket-Protocol").Contains(name) ? Unoffered(reply, name + "2") : name;

    private static ConformanceCase Offered(string id, Func<string[], string?> choose, string reason)
        => HeadPlay.Refuses($"handshake/refused/subprotocol/{id}", Subprotocol, reply =>
        {
            string[] offered = reply.Request.Members("Sec-WebSocket-Protocol");
            string? chosen = offered.Length == 0 ? null : choose(offered);
            reply.Choose(chosen ?? throw new ConformanceEndException(ConformanceFinding.Skip(
                offered.Length == 0 ? "the client offers no subprotocol" : reason)));
        });

    private static string Other(string text, int at) => text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];

    private static string Swapped(string text)
        => string.Concat(text.Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));

    /// <summary>With '-' and '_'; where the value has neither '+' nor '/', another value is wrong in their place.</summary>
    private static string UrlSafe(OpeningReply reply)
        => reply.Accept.Replace('+', '-').Replace('/', '_') is var safe && safe != reply.Accept ? safe : Other(reply.Accept, 5);

    private static string OfBytes(string key)
    {
        byte[] bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key, bytes, out int count) ? Hash(Encoding.Latin1.GetString(bytes, 0, count) + Guid) : Hash(key);
    }

    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

#pragma warning disable CA5350 // RFC 6455 §4.2.2 asks for SHA-1; it protects nothing here.
    private static string Hash(string text) => Convert.ToBase64String(SHA1.HashData(Encoding.Latin1.GetBytes(text)));
#pragma warning restore CA5350
}
