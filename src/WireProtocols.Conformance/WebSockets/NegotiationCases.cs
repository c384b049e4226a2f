namespace WireProtocols.Conformance;

/// <summary>Sec-WebSocket-Extensions: what a server may answer to an offer.</summary>
internal static class NegotiationCases
{
    private const string Name = "permessage-deflate";

    private static readonly ConformanceRule Unknown = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response includes a |Sec-WebSocket-Extensions| header field and this header field indicates the use of an "
            + "extension that was not present in the client's handshake (the server has indicated an extension not requested by the "
            + "client), the client MUST _Fail the WebSocket Connection_.",
        "Answer with the extensions that you know, and with no field where there are none.");

    private static readonly ConformanceRule Grammar = ConformanceRule.Must(
        "RFC 6455 §9.1",
        "If a value is received by either the client or the server during negotiation that does not conform to the ABNF below, "
            + "the recipient of such malformed data MUST immediately _Fail the WebSocket Connection_.",
        "Parse the list by its grammar and refuse with 400 what does not fit.");

    private static readonly ConformanceRule Decline = ConformanceRule.Must(
        "RFC 7692 §7.1",
        "A server MUST decline an extension negotiation offer for this extension if any of the following conditions are met: "
            + "... The negotiation offer contains an extension parameter not defined for use in an offer. ... The negotiation offer "
            + "contains an extension parameter with an invalid value. ... The negotiation offer contains multiple extension "
            + "parameters with the same name. ... The server doesn't support the offered configuration.",
        "Decline the offer: answer 101 without the extension, or with the next offer.");

    private static readonly ConformanceRule ServerContext = ConformanceRule.Must(
        "RFC 7692 §7.1.1.1",
        "A server accepts an extension negotiation offer that includes the \"server_no_context_takeover\" extension parameter "
            + "by including the \"server_no_context_takeover\" extension parameter in the corresponding extension negotiation "
            + "response.",
        "Say it in the answer, and keep to it.");

    private static readonly ConformanceRule ServerBits = ConformanceRule.Must(
        "RFC 7692 §7.1.2.1",
        "A server accepts an extension negotiation offer with this parameter by including the \"server_max_window_bits\" "
            + "extension parameter in the extension negotiation response to send back to the client with the same or smaller value as "
            + "the offer.",
        "Answer with the same value or a smaller one, or decline.");

    private static readonly ConformanceRule ClientBits = ConformanceRule.Must(
        "RFC 7692 §7.1.2.2",
        "If a received extension negotiation offer doesn't have the \"client_max_window_bits\" extension parameter, the "
            + "corresponding extension negotiation response to the offer MUST NOT include the \"client_max_window_bits\" extension "
            + "parameter.",
        "Say client_max_window_bits only to a client that offered it, with its value or a smaller one.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Offer("ws/extensions/unknown", Unknown, "x-wire-unknown", Declined),
        Offer("ws/extensions/unknown-with-parameters", Unknown, "x-wire-unknown; a=1; b=\"two\"; c", Declined),
        Offer("ws/extensions/unknown-then-deflate", Unknown, $"x-wire-unknown; a=1, {Name}", Any),
        Offer("ws/extensions/webkit-deflate", Unknown, "x-webkit-deflate-frame, permessage-bzip2", Declined),
        Offer("ws/extensions/longer-name", Unknown, $"{Name}x, x{Name}", Declined),
        .. new[]
        {
            ("empty-parameter", $"{Name}; ; a"), ("no-name", "; a=1"), ("no-token", "a b"), ("open-quote", "x; a=\"b"),
                ("no-value", $"{Name}; server_max_window_bits="),
            ("separator", "x(y)"), ("quoted-name", "\"x\""), ("equals", "x=1"), ("semicolon-at-the-end", $"{Name};"),
                ("quoted-no-token", "x; a=\"b c\""),
        }.Select(g => OpeningPlay.RefusesList(
            $"ws/extensions/malformed/{g.Item1}", Grammar, "Sec-WebSocket-Extensions", g.Item2, Name)),
        Offer("ws/deflate/offer/plain", Unknown, Name, Any),
        Offer("ws/deflate/offer/lines", Unknown, Name + "\r\nSec-WebSocket-Extensions: x-wire-unknown", Any),
        Offer("ws/deflate/offer/space", Unknown, $"{Name} ;  client_max_window_bits ; server_no_context_takeover", Any),
        Offer("ws/deflate/offer/tight", Unknown, $"{Name};client_max_window_bits;server_no_context_takeover", Any),
        .. new[]
        {
            ("unknown-parameter", "x=1"), ("unknown-flag", "no_such_parameter"), ("server-context-with-value", "server_no_context_takeover=1"),
            ("client-context-with-value", "client_no_context_takeover=true"), ("server-bits-without-value", "server_max_window_bits"),
            ("server-bits-7", "server_max_window_bits=7"), ("server-bits-16", "server_max_window_bits=16"),
                ("server-bits-0", "server_max_window_bits=0"),
            ("server-bits-leading-zero", "server_max_window_bits=015"), ("server-bits-word", "server_max_window_bits=x"),
            ("server-bits-sign", "server_max_window_bits=+9"), ("server-bits-huge", "server_max_window_bits=4294967305"),
            ("client-bits-7", "client_max_window_bits=7"), ("client-bits-16", "client_max_window_bits=16"),
                ("client-bits-leading-zero", "client_max_window_bits=09"),
            ("client-bits-word", "client_max_window_bits=x"), ("server-bits-negative", "server_max_window_bits=-9"),
            ("twice-server-context", "server_no_context_takeover; server_no_context_takeover"),
            ("twice-client-context", "client_no_context_takeover; client_no_context_takeover"),
            ("twice-server-bits", "server_max_window_bits=10; server_max_window_bits=10"),
                ("twice-client-bits", "client_max_window_bits; client_max_window_bits=9"),
        }.Select(p => Offer($"ws/deflate/offer/invalid/{p.Item1}", Decline, $"{Name}; {p.Item2}", Declined, mayRefuse: true)),
        Offer("ws/deflate/offer/invalid-then-valid", Decline, $"{Name}; server_max_window_bits=99, {Name}", Plainly, mayRefuse: true),
        Offer("ws/deflate/offer/server-no-context", ServerContext, $"{Name}; server_no_context_takeover", a => a.ServerNoContext
            ? null : "accepted without server_no_context_takeover"),
        .. Enumerable.Range(8, 8).Select(bits => Offer(
            $"ws/deflate/offer/server-bits-{bits}",
            ServerBits,
            $"{Name}; server_max_window_bits={bits}",
            a => a.ServerBits <= bits ? null : $"accepted as {a}")),
        Offer("ws/deflate/offer/server-bits-quoted", ServerBits, $"{Name}; server_max_window_bits=\"10\"", a => a.ServerBits <= 10
            ? null : "accepted without keeping to 10"),
        Offer("ws/deflate/offer/no-client-bits", ClientBits, Name, a => a.ClientBits is null ? null : "client_max_window_bits was not offered"),
        Offer("ws/deflate/offer/client-bits", ClientBits, $"{Name}; client_max_window_bits", Any),
        .. Enumerable.Range(8, 8).Select(bits => Offer(
            $"ws/deflate/offer/client-bits-{bits}", ClientBits, $"{Name}; client_max_window_bits={bits}", a => a.ClientBits is null
                || a.ClientBits <= bits
                ? null : $"client_max_window_bits is {a.ClientBits}")),
        Offer("ws/deflate/offer/client-no-context", Decline, $"{Name}; client_no_context_takeover", Any),
        Offer(
            "ws/deflate/offer/everything",
            ServerContext,
            $"{Name}; client_no_context_takeover; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11",
            a => a is { ServerNoContext: true, ServerBits: <= 10, ClientBits: null or <= 11 } ? null : $"accepted as {a}"),
        Offer(
            "ws/deflate/offer/alternatives",
            Decline,
            $"{Name}; server_max_window_bits=10; client_max_window_bits, {Name}; client_max_window_bits, {Name}",
            a => a.ServerBits is null or <= 15 ? null : $"accepted as {a}"),
    ];

    private static string? Any(DeflateAgreement agreed) => null;

    private static string? Plainly(DeflateAgreement agreed) => agreed is { ServerBits: null or <= 15, ClientBits: null } ? null
        : $"accepted as {agreed}";

    private static string? Declined(DeflateAgreement agreed) => "the offer was accepted";

    /// <summary>A handshake with an offer: where it is accepted, the check says what is wrong with that; and the connection works.</summary>
    private static ConformanceCase Offer(
        string id, ConformanceRule rule, string offer, Func<DeflateAgreement, string?> check, bool mayRefuse = false)
        => new(id, rule, check == Declined ? "101 without the extension" : "101, the extension declined or answered rightly", async context =>
        {
            await using WebSocketPeer peer = await WebSocketPeer.ConnectAsync(context);
            OpeningRequest request = WebSocketPeer.NewRequest(context).Line("Sec-WebSocket-Extensions: " + offer);
            if (await OpeningPlay.OpenAsync(peer, request, mayRefuse, [], offersExtensions: true) is { } finding)
            {
                return finding.Verdict == ConformanceVerdict.Info ? ConformanceFinding.Pass(finding.Got) : finding;
            }

            DeflateAgreement? agreed = DeflateAgreement.Read(peer.Answer!, out string? wrong);
            wrong ??= agreed is null ? null : check(agreed);
            if (wrong is not null)
            {
                string[] said = peer.Answer!.All("Sec-WebSocket-Extensions");
                return ConformanceFinding.Fail($"{wrong}: 'Sec-WebSocket-Extensions: {string.Join(" / ", said)}'");
            }

            peer.Inflater = agreed is null ? null : new PeerInflater(agreed.ServerBits ?? 15, agreed.ServerNoContext);
            return await EchoPlay.RunAsync(peer, [ProbeFrame.Text("hello after the handshake")])
                ?? ConformanceFinding.Pass(agreed is null ? "declined"
                    : $"accepted: {string.Join(", ", peer.Answer!.All("Sec-WebSocket-Extensions"))}");
        });
}
