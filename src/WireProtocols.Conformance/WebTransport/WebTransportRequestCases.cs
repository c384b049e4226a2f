using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;
using static WireProtocols.Conformance.WebTransportPlay;
using static WireProtocols.Conformance.WebTransportRules;

namespace WireProtocols.Conformance;

/// <summary>CONNECT requests, the frames of a request stream, and sessions beside one another.</summary>
internal static class WebTransportRequestCases
{
    private static readonly ConformanceRule Pseudo = ConformanceRule.Must(
        "RFC 9114 §4.3",
        "Endpoints MUST treat a request or response that contains undefined or invalid pseudo-header fields as malformed.",
        "Know the pseudo-header fields of a request, each once.");

    private static readonly ConformanceRule PseudoFirst = ConformanceRule.Must(
        "RFC 9114 §4.3",
        "Any request or response that contains a pseudo-header field that appears in a header section after a regular header field MUST be treated "
            + "as "
            + "malformed.",
        "Take pseudo-header fields before the others alone.");

    private static readonly ConformanceRule LowerCase = ConformanceRule.Must(
        "RFC 9114 §4.2",
        "A request or response containing uppercase characters in field names MUST be treated as malformed.",
        "Refuse names with upper case.");

    private static readonly ConformanceRule OfConnection = ConformanceRule.Must(
        "RFC 9114 §4.2",
        "An endpoint MUST NOT generate an HTTP/3 field section containing connection-specific fields; any message containing connection-specific "
            + "fields "
            + "MUST be treated as malformed.",
        "Refuse Connection, Keep-Alive, Proxy-Connection, Transfer-Encoding and Upgrade.");

    private static readonly ConformanceRule Characters = ConformanceRule.Must(
        "RFC 9114 §10.3",
        "Any request or response that contains a character not permitted in a field value MUST be treated as malformed.",
        "Refuse NUL, CR and LF in values.");

    private static readonly ConformanceRule FieldNames = ConformanceRule.Must(
        "RFC 9114 §10.3",
        "Requests or responses containing invalid field names MUST be treated as malformed.",
        "Take tokens in lower case for names.");

    private static readonly ConformanceRule SameHost = ConformanceRule.Must(
        "RFC 9114 §4.3.1", "If both fields are present, they MUST contain the same value.", "Hold Host against :authority.");

    private static readonly ConformanceRule Scheme = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §3.2", "The :scheme field MUST be https.", "Refuse another scheme.");

    private static readonly ConformanceRule Target = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §3.2",
        "Both the :authority and the :path value MUST be set; these fields identify the desired WebTransport server resource.",
        "Refuse a request without them.");

    private static readonly ConformanceRule UnknownProtocol = ConformanceRule.Should(
        "RFC 9220 §3",
        "If a server advertises support for Extended CONNECT but receives an Extended CONNECT request with a \":protocol\" value that is unknown or "
            + "is not "
            + "supported, the server SHOULD respond to the request with a 501 (Not Implemented) status code",
        "Answer with 501.");

    private static readonly ConformanceRule CapsuleFields = ConformanceRule.Must(
        "RFC 9297 §3.2",
        "The Capsule Protocol MUST NOT be used with messages that contain Content-Length, Content-Type, or Transfer-Encoding header fields. ... A "
            + "receiver that observes a violation of these requirements MUST treat the HTTP message as malformed.",
        "Refuse a session whose request has them.");

    public static IEnumerable<ConformanceCase> All =>
    [
        GoesOn("connect/plain", Echoes, (_, _) => Task.CompletedTask),
        Right("without-origin", fields => fields.Where(f => f.Name != "origin")),
        Right("more-fields", fields => [.. fields, ("user-agent", "wire"), ("x-test", "a\tb"), ("x-empty", ""), ("cookie", "a=b"),
            ("cookie", "c=d")]),
        Right("capsule-protocol", fields => [.. fields, ("capsule-protocol", "?1")]),
        Right("trailers-accepted", fields => [.. fields, ("te", "trailers")]),
        Right("other-order", fields => [.. fields.Take(5).Reverse(), .. fields.Skip(5)]),
        Right("host-as-well", fields => [.. fields, ("host", fields.First(f => f.Name == ":authority").Value)]),
        Of("connect/in-pieces", Echoes, "a session", async talk =>
        {
            long session = talk.Peer.NewBidirectional();
            await talk.SendCutAsync(session, Headers(talk.Fields()), 1, "CONNECT");
            return Judge(await talk.AnswerAsync(session)) ?? await talk.FindDeadAsync(session) ?? ConformanceFinding.Pass("a session");
        }),
        Of("connect/behind-an-unknown-frame", Unknown, "a session", async talk =>
        {
            long session = talk.Peer.NewBidirectional();
            await talk.Peer.SendAsync(session, [.. Frame(Grease, 1, 2, 3), .. Headers(talk.Fields())]);
            return Judge(await talk.AnswerAsync(session)) ?? await talk.FindDeadAsync(session) ?? ConformanceFinding.Pass("a session");
        }),
        Of("connect/protocols", Protocols, "one of those offered, or none", async talk =>
        {
            WebTransportAnswer answer = await talk.AnswerAsync(await talk.RequestAsync(f
                => [.. f, ("wt-available-protocols", "\"one\", \"two\";q=1")]));
            string? chosen = answer.Fields.FirstOrDefault(f => f.Name == "wt-protocol").Value;
            return Judge(answer) ?? (chosen is null ? ConformanceFinding.Pass("none")
                : chosen.Split(';')[0].Trim() is "\"one\"" or "\"two\"" ? ConformanceFinding.Pass(chosen)
                : ConformanceFinding.Fail($"wt-protocol is {chosen}"));
        }),
        Of("connect/protocols-not-offered", Protocols, "no protocol", async talk =>
        {
            WebTransportAnswer answer = await talk.AnswerAsync(await talk.RequestAsync());
            string? chosen = answer.Fields.FirstOrDefault(f => f.Name == "wt-protocol").Value;
            return Judge(answer) ?? (chosen is null ? ConformanceFinding.Pass("none") : ConformanceFinding.Fail($"wt-protocol is {chosen}"));
        }),
        .. new[] { ("token", "one, two"), ("number", "1"), ("mixed", "\"one\", two"), ("open", "\"one") }.Select(p => Of(
            $"connect/protocols-malformed/{p.Item1}", ProtocolTypes, "a session without a protocol, or a refusal", async talk =>
            {
                WebTransportAnswer answer = await talk.AnswerAsync(await talk.RequestAsync(f => [.. f, ("wt-available-protocols", p.Item2)]));
                string? chosen = answer.Fields.FirstOrDefault(f => f.Name == "wt-protocol").Value;
                return answer.IsSilent ? ConformanceFinding.Late("no answer in time")
                    : chosen is not null ? ConformanceFinding.Fail($"wt-protocol is {chosen}")
                    : ConformanceFinding.Pass(answer.Text);
            })),
        Refusal("unknown-protocol", UnknownProtocol, "501", f => With(f, ":protocol", "no-such-thing"), a => a.Status == "501"),

        Malformed("no-path", Target, f => f.Where(p => p.Name != ":path")),
        Malformed("no-authority", Target, f => f.Where(p => p.Name != ":authority")),
        Malformed("no-scheme", Scheme, f => f.Where(p => p.Name != ":scheme")),
        Malformed("empty-path", Target, f => With(f, ":path", "")),
        Malformed("empty-authority", Target, f => With(f, ":authority", "")),
        Malformed("http", Scheme, f => With(f, ":scheme", "http")),
        Malformed("no-method", MalformedMessage, f => f.Where(p => p.Name != ":method")),
        Malformed("get", MalformedMessage, f => With(f, ":method", "GET")),
        Malformed("two-methods", Pseudo, f => [f[0], .. f]),
        Malformed("two-paths", Pseudo, f => [.. f.Take(5), (":path", "/other"), .. f.Skip(5)]),
        Malformed("two-authorities", Pseudo, f => [f.First(p => p.Name == ":authority"), .. f]),
        Malformed("two-protocols", Pseudo, f => [f.First(p => p.Name == ":protocol"), .. f]),
        Malformed("status", Pseudo, f => [(":status", "200"), .. f]),
        Malformed("unknown-pseudo", Pseudo, f => [(":unknown", "1"), .. f]),
        Malformed("pseudo-behind", PseudoFirst, f => [.. f.Where(p => p.Name != ":path"), f.First(p => p.Name == ":path")]),
        Malformed("upper-case", LowerCase, f => [.. f, ("X-Upper", "1")]),
        .. new[] { ("connection", "close"), ("keep-alive", "timeout=5"), ("proxy-connection", "close"), ("upgrade", "websocket") }.Select(n
            => Malformed(n.Item1, OfConnection, f => [.. f, n])),
        Malformed("transfer-encoding", OfConnection, f => [.. f, ("transfer-encoding", "chunked")]),
        Malformed("te", OfConnection, f => [.. f, ("te", "gzip")]),
        Malformed("content-length", CapsuleFields, f => [.. f, ("content-length", "5")]),
        Malformed("nul", Characters, f => [.. f, ("x-test", "a\0b")]),
        Malformed("line-feed", Characters, f => [.. f, ("x-test", "a\nb: c")]),
        Malformed("carriage-return", Characters, f => [.. f, ("x-test", "a\rb")]),
        Malformed("empty-name", FieldNames, f => [.. f, ("", "1")]),
        Malformed("space-in-name", FieldNames, f => [.. f, ("x test", "1")]),
        Malformed("host-differs", SameHost, f => [.. f, ("host", "other.example")], ConformanceVerdict.Warn),

        OnRequest("frames/data-first", Sequence, WebTransportErrorCode.FrameUnexpected, Frame(DataFrame, 1, 2)),
        OnRequest("frames/push-promise", PushPromise, WebTransportErrorCode.FrameUnexpected, Frame(PushPromiseFrame, 0, 0, 0)),
        OnRequest("frames/cancel-push", CancelElsewhere, WebTransportErrorCode.FrameUnexpected, Frame(CancelPushFrame, 0)),
        OnRequest("frames/max-push-id", PushElsewhere, WebTransportErrorCode.FrameUnexpected, Frame(MaxPushIdFrame, 0)),
        OnRequest("frames/http2", Http2Frames, WebTransportErrorCode.FrameUnexpected, Frame(0x08, 0, 0, 0, 1)),
        OnRequest("frames/wt-stream-behind", Signal, WebTransportErrorCode.FrameError, [.. Frame(Grease, 1), .. Integers(SessionSignal, 0)]),
        Closes("frames/cut-off", Truncated, WebTransportErrorCode.FrameError, async (talk, _)
            => await talk.Peer.SendAsync(talk.Peer.NewBidirectional(), Headers(talk.Fields())[..^3], end: true)),
        Closes("frames/headers-behind-the-request", Tunnel, WebTransportErrorCode.FrameUnexpected, (talk, session)
            => talk.Peer.SendAsync(session, Headers(("x-test", "1")))),
        Closes("frames/wt-stream-in-a-session", Signal, WebTransportErrorCode.FrameError, (talk, session)
            => talk.Peer.SendAsync(session, Integers(SessionSignal, session))),
        GoesOn("frames/unknown-in-a-session", Unknown, (talk, session) => talk.Peer.SendAsync(session, Frame(Grease, 1, 2, 3))),
        Ended("frames/nothing", Incomplete, []),
        Ended("frames/unknown-alone", Incomplete, Frame(Grease, 1)),

        new("webtransport/sessions/second", OneSession, "H3_REQUEST_REJECTED, or a status that refuses", SecondAsync),
        OfSession("sessions/one-after-the-other", Echoes, "two sessions", async (talk, session) =>
        {
            await talk.Peer.SendAsync(session, [], end: true);
            await talk.Peer.UntilAsync(() => talk.Peer[session].IsOver);
            long next = await talk.RequestAsync();
            return Judge(await talk.AnswerAsync(next)) ?? await talk.FindDeadAsync(next) ?? ConformanceFinding.Pass("two sessions");
        }),
    ];

    private static ConformanceFinding? Judge(WebTransportAnswer answer)
        => answer.IsAccepted ? null : answer.IsSilent ? ConformanceFinding.Late("no answer in time")
            : ConformanceFinding.Fail($"no session: {answer}");

    private static IEnumerable<(string Name, string Value)> With(List<(string Name, string Value)> fields, string name, string value)
        => fields.Select(f => f.Name == name ? (name, value) : f);

    private static ConformanceCase Right(string id, Func<List<(string Name, string Value)>, IEnumerable<(string Name, string Value)>> edit)
        => Of($"connect/{id}", Echoes, "a session", async talk
            => await talk.FindDeadAsync(await talk.OpenAsync(edit)) ?? ConformanceFinding.Pass("a session"));

    private static ConformanceCase Refusal(
        string id, ConformanceRule rule, string expected, Func<List<(string Name, string Value)>, IEnumerable<(string Name, string Value)>> edit,
        Func<WebTransportAnswer, bool> isBest)
        => Of($"connect/{id}", rule, expected, async talk =>
        {
            WebTransportAnswer answer = await talk.AnswerAsync(await talk.RequestAsync(edit));
            return answer.IsAccepted ? ConformanceFinding.Fail($"a session, with {answer}")
                : answer.IsSilent ? ConformanceFinding.Late("neither an answer nor a reset in time")
                : isBest(answer) ? ConformanceFinding.Pass(answer.Text) : ConformanceFinding.Warn(answer.Text);
        });

    private static ConformanceCase OnRequest(string id, ConformanceRule rule, long code, byte[] bytes)
        => Closes(id, rule, code, async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewBidirectional(), bytes));

    /// <summary>A request stream that ends before there is a request on it.</summary>
    private static ConformanceCase Ended(string id, ConformanceRule rule, byte[] bytes)
        => OfSession(id, rule, "a reset, or a status that refuses, and the session goes on", async (talk, session) =>
        {
            long stream = talk.Peer.NewBidirectional();
            await talk.Peer.SendAsync(stream, bytes, end: true);
            WebTransportAnswer answer = await talk.AnswerAsync(stream);
            return await talk.FindDeadAsync(session)
                ?? (answer.IsSilent ? new ConformanceFinding(ConformanceVerdict.Warn, "the stream is left open", IsTimeout: true)
                    : answer.Code is WebTransportErrorCode.RequestIncomplete || answer.Status is not null ? ConformanceFinding.Pass(answer.Text)
                    : ConformanceFinding.Warn(answer.Text));
        });

    private static async Task<ConformanceFinding> SecondAsync(ConformanceContext context)
    {
        await using WebTransportTalk talk = await WebTransportTalk.BeginAsync(context, limits: null);
        long session = await talk.OpenAsync();
        WebTransportAnswer answer = await talk.AnswerAsync(await talk.RequestAsync());
        return answer.IsAccepted ? ConformanceFinding.Fail($"a second session without flow control, with {answer}")
            : answer.IsSilent ? ConformanceFinding.Late("neither an answer nor a reset in time")
            : await talk.FindDeadAsync(session)
                ?? (answer.Code == WebTransportErrorCode.RequestRejected || answer.Status is not null ? ConformanceFinding.Pass(answer.Text)
                    : ConformanceFinding.Warn($"{answer}, and the sentence names H3_REQUEST_REJECTED"));
    }
}
