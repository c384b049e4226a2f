namespace WireProtocols.Conformance;

/// <summary>Every legal shape of a 101, and what may stand around it.</summary>
internal static class AcceptedHeadCases
{
    private static readonly ConformanceRule Established = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the server's response is validated as provided for above, it is said that _The WebSocket Connection is Established_ and that "
            + "the WebSocket Connection is in the OPEN state.",
        "Take every head that is right, whatever its lines look like.");

    private static readonly ConformanceRule Names = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "Please note that according to [RFC2616], all header field names in both HTTP requests and HTTP responses are case-insensitive.",
        "Compare names without looking at their case.");

    private static readonly ConformanceRule Upgrade = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a value that is not an ASCII "
            + "case-insensitive match for the value \"websocket\", the client MUST _Fail the WebSocket Connection_.",
        "Compare without looking at the case.");

    private static readonly ConformanceRule Connection = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response lacks a |Connection| header field or the |Connection| header field doesn't contain a token that is an ASCII "
            + "case-insensitive match for the value \"Upgrade\", the client MUST _Fail the WebSocket Connection_.",
        "Look for the token in the list, in all its lines.");

    private static readonly ConformanceRule Accept = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "... but ignoring any leading and trailing whitespace, the client MUST _Fail the WebSocket Connection_.",
        "Trim the value before you compare it.");

    private static readonly ConformanceRule Interim = ConformanceRule.Must(
        "RFC 9110 §15.2",
        "A client MUST be able to parse one or more 1xx responses received prior to a final response, even if the client does not expect one.",
        "Pass over 1xx responses that are not 101.");

    private static readonly ConformanceRule NoBody = ConformanceRule.May(
        "RFC 9112 §6.3",
        "Any response to a HEAD request and any response with a 1xx (Informational), 204 (No Content), or 304 (Not Modified) status code "
            + "is always terminated by the first empty line after the header fields",
        "Read no body behind a 101.");

    private static readonly ConformanceRule Lines = ConformanceRule.May(
        "RFC 9112 §2.2",
        "Although the line terminator for the start-line and fields is the sequence CRLF, a recipient MAY recognize a single LF as a line "
            + "terminator and ignore any preceding CR.",
        "Nothing has to be done.");

    public static IEnumerable<ConformanceCase> All =>
    [
        HeadPlay.Accepts("handshake/answer/plain", Established, _ => { }),
        .. new[]
        {
            ("reason-of-old-servers", "HTTP/1.1 101 Web Socket Protocol Handshake"), ("no-reason", "HTTP/1.1 101 "), ("reason-lower-case",
                "HTTP/1.1 101 switching protocols"),
            ("reason-with-digits", "HTTP/1.1 101 404 500"),
        }.Select(r => HeadPlay.Accepts($"handshake/answer/status/{r.Item1}", Established, a => a.StatusLine = r.Item2)),
        HeadPlay.Accepts(
            "handshake/answer/status/reason-beyond-ascii", Established, a => a.StatusLine = "HTTP/1.1 101 \u00C4nderung", mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/status/no-space-behind", Established, a => a.StatusLine = "HTTP/1.1 101", mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/fields/lower-case", Names, a => a.Each((n, v) => $"{Lower(n)}: {v}")),
        HeadPlay.Accepts("handshake/answer/fields/upper-case", Names, a => a.Each((n, v) => $"{n.ToUpperInvariant()}: {v}")),
        HeadPlay.Accepts("handshake/answer/fields/mixed-case", Names, a => a.Each((n, v) => $"{Mixed(n)}: {v}")),
        HeadPlay.Accepts("handshake/answer/fields/reversed", Established, a => a.Reverse()),
        HeadPlay.Accepts("handshake/answer/fields/no-space", Established, a => a.Each((n, v) => $"{n}:{v}")),
        HeadPlay.Accepts("handshake/answer/fields/spaces", Established, a => a.Each((n, v) => $"{n}:   {v}  ")),
        HeadPlay.Accepts("handshake/answer/fields/tabs", Established, a => a.Each((n, v) => $"{n}:\t{v}\t")),
        HeadPlay.Accepts("handshake/answer/fields/unknown", Established,
            a => a.First("Server: wire").First("Date: Mon, 30 Nov 2026 12:00:00 GMT").Add("X-Empty", "").Add("Set-Cookie", "a=b; Path=/")
                .Add("Cache-Control", "no-cache")),
        HeadPlay.Accepts("handshake/answer/fields/with-colons", Established, a => a.First("X-Colons: a: b: c").Add("X-Url", "http://a:80/b?c=d:e")),
        HeadPlay.Accepts("handshake/answer/fields/like-the-right-ones", Established,
            a => a.First("X-Sec-WebSocket-Accept: none").First("Upgrade-Insecure-Requests: 1").First("Proxy-Connection: close")),
        HeadPlay.Accepts("handshake/answer/fields/fifty", Established, a => Many(a, 50)),
        HeadPlay.Accepts("handshake/answer/fields/of-2000", Established, a => a.First($"X-Long: {new string('a', 2000)}")),
        HeadPlay.Accepts("handshake/answer/fields/beyond-ascii", Established, a => a.First("X-Latin: \u00E4\u00F6\u00FC"), mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/upgrade/mixed-case", Upgrade, a => a.With("Upgrade", "WebSocket")),
        HeadPlay.Accepts("handshake/answer/upgrade/upper-case", Upgrade, a => a.With("Upgrade", "WEBSOCKET")),
        HeadPlay.Accepts("handshake/answer/connection/lower-case", Connection, a => a.With("Connection", "upgrade")),
        HeadPlay.Accepts("handshake/answer/connection/upper-case", Connection, a => a.With("Connection", "UPGRADE")),
        HeadPlay.Accepts("handshake/answer/connection/list", Connection, a => a.With("Connection", "keep-alive, Upgrade")),
        HeadPlay.Accepts("handshake/answer/connection/list-first", Connection, a => a.With("Connection", "Upgrade, Keep-Alive")),
        HeadPlay.Accepts("handshake/answer/connection/list-tight", Connection, a => a.With("Connection", "keep-alive,upgrade")),
        HeadPlay.Accepts("handshake/answer/connection/list-empty-members", Connection, a => a.With("Connection", ", ,Upgrade,"), mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/connection/lines", Connection, a => a.First("Connection: keep-alive")),
        HeadPlay.Accepts("handshake/answer/connection/lines-reversed", Connection, a => a.Add("Connection", "keep-alive")),
        HeadPlay.Accepts("handshake/answer/accept/space-around", Accept, a => a.With("Sec-WebSocket-Accept", $"   {a.Accept}  ")),
        HeadPlay.Accepts("handshake/answer/accept/tabs-around", Accept, a => a.With("Sec-WebSocket-Accept", $"\t{a.Accept}\t")),
        HeadPlay.Accepts("handshake/answer/line-ends/lf", Lines, a => a.LineEnd = "\n", mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/body/content-length-0", NoBody, a => a.Add("Content-Length", "0"), mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/interim/100", Interim, a => a.Before = "HTTP/1.1 100 Continue\r\n\r\n", mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/interim/103", Interim,
            a => a.Before = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n", mayRefuse: true),
        HeadPlay.Accepts("handshake/answer/pieces/bytes", Established, _ => { }, cut: 1),
        HeadPlay.Accepts("handshake/answer/pieces/seven", Established, _ => { }, cut: 7),
        HeadPlay.Behind("handshake/answer/behind/frame", Established, [ProbeFrame.Text("behind the head")]),
        HeadPlay.Behind("handshake/answer/behind/frames", Established, [ProbeFrame.Text("one"), ProbeFrame.Ping("two"), ProbeFrame.Binary([3])]),
        HeadPlay.Behind("handshake/answer/behind/empty", Established, [ProbeFrame.Text("")]),
        HeadPlay.Behind("handshake/answer/behind/large", Established, [ProbeFrame.Binary(new byte[20_000])]),
        HeadPlay.Behind("handshake/answer/behind/very-large", Established, [ProbeFrame.Binary(new byte[200_000])]),
        HeadPlay.Behind("handshake/answer/behind/fragments", Established, [ProbeFrame.Text("a", false), ProbeFrame.More("b", true)]),
        HeadPlay.Behind("handshake/answer/behind/part-of-a-frame", Established, [ProbeFrame.Text("behind the head, in two writes")], 9),
        HeadPlay.Behind("handshake/answer/behind/first-byte-of-a-frame", Established, [ProbeFrame.Text("behind")], 7),
        HeadPlay.Behind("handshake/answer/behind/line-end", Established, [ProbeFrame.Text("\r\n\r\n"), ProbeFrame.Binary([13, 10, 13, 10])]),
        OffersSubprotocol("first", offered => offered[0]),
        OffersSubprotocol("last", offered => offered[^1]),
        OffersSubprotocol("none", _ => null, mayRefuse: true),
    ];

    /// <summary>Only where the client offers some.</summary>
    private static ConformanceCase OffersSubprotocol(string id, Func<string[], string?> choose, bool mayRefuse = false)
        => HeadPlay.Accepts($"handshake/answer/subprotocol/{id}", Established, reply =>
        {
            string[] offered = reply.Request.Members("Sec-WebSocket-Protocol");
            if (offered.Length == 0)
            {
                throw new ConformanceEndException(ConformanceFinding.Skip("the client offers no subprotocol"));
            }

            reply.Choose(choose(offered));
        }, mayRefuse);

    private static void Many(OpeningReply reply, int count)
    {
        for (int i = 0; i < count; i++)
        {
            reply.First($"X-Field-{i}: {i}");
        }
    }

#pragma warning disable CA1308 // Lower case is what is asked for.
    private static string Lower(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308

    private static string Mixed(string name)
        => string.Concat(name.Select((c, i) => i % 2 == 0 ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));
}
