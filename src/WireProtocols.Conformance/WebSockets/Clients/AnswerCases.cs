namespace WireProtocols.Conformance;

/// <summary>Sec-WebSocket-Extensions in the answer: what a client has to fail for, and what it may take.</summary>
internal static class AnswerCases
{
    private const string Field = "Sec-WebSocket-Extensions";
    private const string Name = ClientOffer.Name;

    private static readonly ConformanceRule Unasked = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "If the response includes a |Sec-WebSocket-Extensions| header field and this header field indicates the use of an extension "
            + "that was not present in the client's handshake (the server has indicated an extension not requested by the client), the "
            + "client MUST _Fail the WebSocket Connection_.",
        "Take extensions that you offered, and no others.");

    private static readonly ConformanceRule Grammar = ConformanceRule.Must(
        "RFC 6455 §9.1",
        "If a value is received by either the client or the server during negotiation that does not conform to the ABNF below, the "
            + "recipient of such malformed data MUST immediately _Fail the WebSocket Connection_.",
        "Parse the list by its grammar.");

    private static readonly ConformanceRule Parameters = ConformanceRule.Must(
        "RFC 7692 §7.1",
        "A client MUST _Fail the WebSocket Connection_ if the peer server accepted an extension negotiation offer for this extension "
            + "with an extension negotiation response meeting any of the following conditions: ... The negotiation response contains an "
            + "extension parameter not defined for use in a response. ... The negotiation response contains an extension parameter with an "
            + "invalid value. ... The negotiation response contains multiple extension parameters with the same name.",
        "Check each parameter of the answer, its value and that it stands there once.");

    private static readonly ConformanceRule ClientBits = ConformanceRule.Must(
        "RFC 7692 §7.1.2.2",
        "If a received extension negotiation offer doesn't have the \"client_max_window_bits\" extension parameter, the corresponding "
            + "extension negotiation response to the offer MUST NOT include the \"client_max_window_bits\" extension parameter.",
        "Fail where the answer says client_max_window_bits and the offer did not.");

    private static readonly ConformanceRule ServerBits = ConformanceRule.Must(
        "RFC 7692 §7.1.2.1",
        "A server accepts an extension negotiation offer with this parameter by including the \"server_max_window_bits\" extension "
            + "parameter in the extension negotiation response to send back to the client with the same or smaller value as the offer.",
        "Fail where the answer says more than the offer.");

    private static readonly ConformanceRule ClientContext = ConformanceRule.Must(
        "RFC 7692 §7.1.1.2",
        "A client MUST support the \"client_no_context_takeover\" extension parameter in an extension negotiation response.",
        "Take it, and begin each message anew.");

    private static readonly ConformanceRule Configurations = ConformanceRule.May(
        "RFC 7692 §7.1.1.1, §7.1.2.1",
        "A server MAY include the \"server_max_window_bits\" extension parameter in an extension negotiation response even if the extension "
            + "negotiation offer being accepted by the response didn't include the \"server_max_window_bits\" extension parameter.",
        "Take what the server says of itself: a smaller window is read by a larger one.");

    private static readonly ConformanceRule Once = ConformanceRule.Should(
        "RFC 6455 §11.3.2",
        "However, the |Sec-WebSocket-Extensions| header field MUST NOT appear more than once in an HTTP response.",
        "Fail where it stands twice.");

    private static readonly ConformanceRule Quoted = ConformanceRule.May(
        "RFC 6455 §9.1",
        "When using the quoted-string syntax variant, the value after quoted-string unescaping MUST conform to the 'token' ABNF.",
        "Take both forms of a value.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. new[]
        {
            ("unknown", "x-wire-unknown"), ("unknown-with-parameters", "x-wire-unknown; a=1; b"), ("webkit-deflate", "x-webkit-deflate-frame"),
            ("bzip2", "permessage-bzip2"), ("longer-name", Name + "x"), ("prefix", "permessage"), ("deflate-stream", "deflate-stream"),
        }.Select(e => HeadPlay.Refuses($"handshake/refused/extensions/{e.Item1}", Unasked, a => a.Add(Field, e.Item2))),
        HeadPlay.Refuses("handshake/refused/extensions/deflate-not-offered", Unasked, a => a.Add(Field, WhereNotOffered(a, Name))),
        Wrong("handshake/refused/extensions/deflate-and-unknown", Unasked, answer => $"{answer}, x-wire-unknown"),
        Wrong("handshake/refused/extensions/unknown-and-deflate", Unasked, answer => $"x-wire-unknown, {answer}"),
        Wrong(
            "handshake/refused/extensions/deflate-twice",
            ConformanceRule.Should(Once.Spec, Once.Sentence, "Fail where an extension is accepted twice."),
            answer => $"{answer}, {answer}"),
        .. new (string Id, Func<string, string> Value)[]
        {
            ("semicolon-at-the-end", a => a + ";"), ("empty-parameter", a => a + "; ; client_no_context_takeover"), ("no-name", _ => "; a=1"),
            ("no-semicolon", _ => $"{Name} client_no_context_takeover"), ("open-quote", a => a + "; server_max_window_bits=\"10"),
            ("quoted-name", _ => $"\"{Name}\""), ("no-value", a => a + "; server_max_window_bits="), ("value-alone", a => a + "; =10"),
            ("separator", a => a + "; client(no)context"),
        }.Select(g => Wrong($"handshake/refused/extensions/malformed/{g.Id}", Grammar, g.Value)),
        .. new[]
        {
            ("unknown-parameter", "x=1"), ("unknown-flag", "no_such_parameter"), ("server-context-with-value", "server_no_context_takeover=1"),
            ("client-context-with-value", "client_no_context_takeover=true"), ("server-bits-without-value", "server_max_window_bits"),
            ("server-bits-7", "server_max_window_bits=7"), ("server-bits-16", "server_max_window_bits=16"),
            ("server-bits-0", "server_max_window_bits=0"),
            ("server-bits-leading-zero", "server_max_window_bits=015"), ("server-bits-word", "server_max_window_bits=x"),
            ("server-bits-sign", "server_max_window_bits=+9"), ("server-bits-negative", "server_max_window_bits=-9"),
            ("server-bits-fraction", "server_max_window_bits=9.5"), ("server-bits-huge", "server_max_window_bits=4294967305"),
            ("client-bits-without-value", "client_max_window_bits"), ("client-bits-7", "client_max_window_bits=7"),
            ("client-bits-16", "client_max_window_bits=16"), ("client-bits-leading-zero", "client_max_window_bits=09"),
            ("client-bits-word", "client_max_window_bits=x"),
            ("twice-client-context", "client_no_context_takeover; client_no_context_takeover"),
            ("twice-server-context", "server_no_context_takeover; server_no_context_takeover"),
            ("twice-server-bits", "server_max_window_bits=10; server_max_window_bits=10"),
            ("twice-server-bits-other", "server_max_window_bits=10; server_max_window_bits=11"),
            ("twice-client-bits", "client_max_window_bits=10; client_max_window_bits=10"),
        }.Select(p => Wrong($"handshake/refused/extensions/parameters/{p.Item1}", Parameters, _ => $"{Name}; {p.Item2}")),
        Wrong("handshake/refused/extensions/parameters/client-bits-not-offered", ClientBits, (offer, answer) => offer.HasClientBits ? null
            : answer + "; client_max_window_bits=15", "the client offers client_max_window_bits"),
        Wrong("handshake/refused/extensions/parameters/server-bits-above-the-offer", ServerBits, (offer, _) => offer.ServerBits is >= 8 and < 15
            ? $"{Name}; server_max_window_bits={offer.ServerBits + 1}" : null, "the client does not offer a smaller server_max_window_bits"),
        Wrong("handshake/refused/extensions/two-lines", Once, answer => $"{answer}\r\n{Field}: {answer}"),
        Right("plain", ConformanceRule.Must(Parameters.Spec, Parameters.Sentence, "Take what you offered."), Name, false),
        Right("declined", ConformanceRule.Must(Unasked.Spec, Unasked.Sentence, "Go on without the extension."), null, false),
        Right("client-no-context", ClientContext, $"{Name}; client_no_context_takeover", false),
        Right("hint-without-answer", Configurations, Name, true, a => a.Replace("; client_no_context_takeover", "", StringComparison.Ordinal)),
        Right("server-no-context", Configurations, $"{Name}; server_no_context_takeover", true),
        Right("both-no-context", Configurations, $"{Name}; server_no_context_takeover; client_no_context_takeover", true),
        .. Enumerable.Range(8, 8).SelectMany(bits => new[]
        {
            Right($"server-bits-{bits}", Configurations, $"{Name}; server_max_window_bits={bits}", true),
            Right($"client-bits-{bits}", Configurations, $"{Name}; client_max_window_bits={bits}", true),
        }),
        Right("everything", Configurations,
            $"{Name}; client_no_context_takeover; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11", true),
        Right("tight", Configurations, $"{Name}; client_no_context_takeover", true, a => a.Replace("; ", ";", StringComparison.Ordinal)),
        Right("spaces", Configurations, $"{Name}; client_no_context_takeover", true, a => a.Replace("; ", "  ;   ", StringComparison.Ordinal)),
        Right("quoted", Quoted, $"{Name}; server_max_window_bits=10", true, a => a.Replace("=10", "=\"10\"", StringComparison.Ordinal)),
    ];

    private static string WhereNotOffered(OpeningReply reply, string answer)
        => ClientOffer.Read(reply.Request) is null ? answer
            : throw new ConformanceEndException(ConformanceFinding.Skip("the client offers permessage-deflate"));

    /// <summary>An answer that is wrong, whatever was offered; it is seen best by who offered something.</summary>
    private static ConformanceCase Wrong(string id, ConformanceRule rule, Func<string, string> bend)
        => Wrong(id, rule, (_, answer) => bend(answer), "");

    private static ConformanceCase Wrong(string id, ConformanceRule rule, Func<ClientOffer, string, string?> bend, string reason)
        => HeadPlay.Refuses(id, rule, reply =>
        {
            string? answer = ClientOffer.Read(reply.Request) is { } offer
                ? bend(offer, offer.Answer(Name, out _)!) ?? throw new ConformanceEndException(ConformanceFinding.Skip(reason))
                : throw new ConformanceEndException(ConformanceFinding.Skip("the client does not offer permessage-deflate"));
            reply.Add(Field, answer);
        });

    /// <summary>A right answer: the connection works, compressed messages from the server included.</summary>
    private static ConformanceCase Right(string id, ConformanceRule rule, string? wish, bool mayRefuse, Func<string, string>? write = null)
        => HeadPlay.Of($"handshake/answer/extensions/{id}", rule, "the connection opens and works", async context =>
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                DeflateTerms? terms = null;
                string? answer = wish is null ? "" : ClientOffer.Read(request)?.Answer(wish, out terms);
                OpeningReply reply = new(request);
                _ = answer is { Length: > 0 } ? reply.Add(Field, write?.Invoke(answer) ?? answer) : reply;
                await peer.SendAsync(reply.ToBytes(), $"101 with '{answer}'");
                if (answer is null)
                {
                    await ClientOpening.CloseAsync(peer);
                    return ConformanceFinding.Skip(terms is null ? "the client does not offer permessage-deflate"
                        : "the client does not offer client_max_window_bits");
                }

                peer.Inflater = terms is null ? null : new PeerInflater(terms.SubjectBits, terms.SubjectNoContext, isClient: true);
                ConformanceFinding? finding = terms is null ? null : await UseAsync(peer);
                finding ??= await EchoPlay.RunAsync(peer, [ProbeFrame.Text("hello after the handshake")]);
                return finding is null ? ConformanceFinding.Pass($"'{answer}', and the echoes")
                    : mayRefuse && finding.Verdict == ConformanceVerdict.Fail && !finding.Got.StartsWith("the client", StringComparison.Ordinal)
                        ? ConformanceFinding.Info($"refused, which it may: {finding.Got}")
                    : finding;
            }
        });

    private static async Task<ConformanceFinding?> UseAsync(WebSocketPeer peer)
    {
        byte[] hello = [.. "Hello, Hello, Hello"u8];
        await peer.SendAsync([ProbeFrame.Text(DeflateText.Literals(hello), rsv: 4), ProbeFrame.Text(DeflateText.Stored(hello), rsv: 4)]);
        return await EchoPlay.ReceiveAsync(peer, [(true, hello), (true, hello)], []);
    }
}
