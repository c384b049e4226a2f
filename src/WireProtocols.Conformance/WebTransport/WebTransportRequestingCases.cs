using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>The request of a client, and what it makes of the answer.</summary>
internal static class WebTransportRequestingCases
{
    private const long Decompression = WebTransportErrorCode.QpackDecompressionFailed;
    private const long MessageError = WebTransportErrorCode.MessageError;
    private const string CameBack = "a stream of the session came back";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private static readonly ConformanceRule Request = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §3.2",
        "The :protocol pseudo-header field ([RFC8441]) MUST be set to webtransport-h3. The :scheme field MUST be https. Both the :authority and the "
            + ":path value MUST be set; these fields identify the desired WebTransport server resource.",
        "Send :method CONNECT, :protocol, :scheme https, :authority and :path.");

    private static readonly ConformanceRule Fields = ConformanceRule.Must(
        "RFC 9114 §4.2, §4.3",
        "Characters in field names MUST be converted to lowercase prior to their encoding. ... All pseudo-header fields MUST appear in the header "
            + "section before regular header fields.",
        "Send pseudo-header fields first, and names in lower case.");

    private static readonly ConformanceRule Waits = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §3.1",
        "Clients MUST NOT attempt to establish WebTransport sessions with the \"webtransport-h3\" token until they have received the setting "
            + "indicating WebTransport support from the server.",
        "Wait for SETTINGS.");

    private static readonly ConformanceRule Requirements = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §3.1",
        "A client MUST NOT establish WebTransport sessions if the server's SETTINGS do not have correct values for every required setting",
        "Look at SETTINGS_ENABLE_CONNECT_PROTOCOL, SETTINGS_H3_DATAGRAM and the setting of WebTransport.");

    private static readonly ConformanceRule Established = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §3.2",
        "From the client's perspective, a WebTransport session is established when the client receives a 2xx response.",
        "A response that refuses opens no session.");

    private static readonly ConformanceRule Interim = ConformanceRule.Must(
        "RFC 9110 §15.2",
        "A client MUST be able to parse one or more 1xx responses received prior to a final response, even if the client does not expect one.",
        "Go on reading behind an interim response.");

    private static readonly ConformanceRule Unknown = ConformanceRule.Must(
        "RFC 9114 §9", "Implementations MUST discard data or frames of unknown type that occur where they are allowed.", "Skip unknown frames.");

    private static readonly ConformanceRule Malformed = ConformanceRule.Must(
        "RFC 9114 §4.1.2",
        "Malformed requests or responses that are detected MUST be treated as a stream error of type H3_MESSAGE_ERROR. ... Clients MUST NOT accept a "
            + "malformed response.",
        "Check the response as a server checks requests.");

    private static readonly ConformanceRule Undecodable = ConformanceRule.Must(
        "RFC 9204 §2.2, §6",
        "QPACK_DECOMPRESSION_FAILED (0x0200): The decoder failed to interpret an encoded field section and is not able to continue decoding that "
            + "field section.",
        "Close the connection where a section cannot be decoded.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Asks("method", Request, f => Is(f, ":method", v => v == "CONNECT")),
        Asks("protocol", Request, f => Is(f, ":protocol", v => v is "webtransport" or "webtransport-h3")),
        Asks("scheme", Request, f => Is(f, ":scheme", v => v == "https")),
        Asks("authority", Request, f => Is(f, ":authority", v => v.Length > 0)),
        Asks("path", Request, f => Is(f, ":path", v => v.StartsWith('/'))),
        Asks("pseudo-first", Fields, f
            => f.SkipWhile(p => p.Name.StartsWith(':')).FirstOrDefault(p => p.Name.StartsWith(':')).Name is { } late
                ? $"{late} stands behind" : null),
        Asks("lower-case", Fields, f => f.FirstOrDefault(p => p.Name.Any(char.IsAsciiLetterUpper)).Name),
        Quiet("waits-for-settings", Waits, null),
        Quiet("without-connect-protocol", Requirements, s => s.Id != WebTransportSettingId.EnableConnectProtocol),
        Quiet("without-datagrams", Requirements, s => s.Id is not WebTransportSettingId.H3Datagram and not WebTransportSettingId.H3DatagramDraft04),
        Opens("200", Established, [Headers((":status", "200"))]),
        Opens("201", Established, [Headers((":status", "201"))]),
        Opens("in-pieces", Established, [.. Headers((":status", "200"), ("x-wire", "a")).Select(b => new[] { b })]),
        Opens("interim", Interim, [Headers((":status", "103"), ("link", "</a>")), Headers((":status", "200"))]),
        Opens("two-interim", Interim, [[.. Headers((":status", "100")), .. Headers((":status", "103"))], Headers((":status", "200"))]),
        Opens("unknown-frame", Unknown, [Frame(Grease, 1, 2, 3), Headers((":status", "200"))]),
        Opens("unknown-frame-behind", Unknown, [[.. Headers((":status", "200")), .. Frame(Grease, new byte[300])]]),
        Refuses("404", Headers((":status", "404"))), Refuses("500", Headers((":status", "500"))),
        Refuses("redirect", Headers((":status", "307"), ("location", "/elsewhere"))),
        Aborts("no-status", Headers(("x-wire", "a"))),
        Aborts("two-status", Headers((":status", "200"), (":status", "200"))),
        Aborts("upper-case", Headers((":status", "200"), ("X-Wire", "a"))),
        Aborts("status-behind", Headers(("x-wire", "a"), (":status", "200"))),
        Aborts("pseudo-of-requests", Headers((":status", "200"), (":path", "/"))),
        Aborts("line-feed", Headers((":status", "200"), ("x-wire", "a\nb"))),
        Undecoded("static-index-99", 0, 0, 0xFF, 99 - 63), Undecoded("dynamic-index", 0, 0, 0x80),
        Undecoded("huffman-eos", 0, 0, 0x21, (byte)'a', 0x84, 0xFF, 0xFF, 0xFF, 0xFF),
    ];

    private static ConformanceCase Of(string id, ConformanceRule rule, string expected, Func<WebTransportTalk, Task<ConformanceFinding>> play)
        => new ConformanceCase($"webtransport/{id}", rule, expected, async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.ConnectAsync(context);
            return await play(talk);
        }).OfClient($"webtransport-client/{id}");

    private static string? Is(IReadOnlyList<Http3Field> fields, string name, Func<string, bool> isRight)
        => fields.Count(f => f.Name == name) != 1 ? $"{name} stands {fields.Count(f => f.Name == name)} times"
            : isRight(fields.First(f => f.Name == name).Value) ? null : $"{name} is '{fields.First(f => f.Name == name).Value}'";

    /// <summary>The request as it came.</summary>
    /// <param name="id">What is looked at.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="judge">What is wrong; null where nothing is.</param>
    private static ConformanceCase Asks(string id, ConformanceRule rule, Func<IReadOnlyList<Http3Field>, string?> judge)
        => Of($"connect/request/{id}", rule, "as the sentence says", async talk =>
        {
            long request = await BeginAsync(talk);
            return Decode(talk, request) is not { } fields ? ConformanceFinding.Fail("the request cannot be decoded")
                : judge(fields) is { } wrong ? ConformanceFinding.Fail(wrong)
                : ConformanceFinding.Pass(string.Join(", ", fields.Where(f => f.Name.StartsWith(':')).Select(f => $"{f.Name} {f.Value}")));
        });

    private static IReadOnlyList<Http3Field>? Decode(WebTransportTalk talk, long request)
    {
        lock (talk.Peer.Gate)
        {
            return WebTransportClientRequest.Fields(talk.Peer, request);
        }
    }

    /// <summary>No request comes: SETTINGS are not there, or lack something. The sentences are about the token of the last draft.</summary>
    private static ConformanceCase Quiet(string id, ConformanceRule rule, Func<(long Id, long Value), bool>? keeps)
        => Of($"connect/{id}", rule, "no request", async talk =>
        {
            if (keeps is not null)
            {
                await talk.SendControlAsync(Settings(talk.OwnSettings().Where(keeps)));
                await talk.SendQpackAsync();
            }

            long request = await talk.AwaitRequestAsync(Moment);
            return request < 0 ? ConformanceFinding.Pass("no request")
                : Decode(talk, request)?.FirstOrDefault(f => f.Name == ":protocol").Value == "webtransport"
                    ? ConformanceFinding.Info("a request came, of an older draft")
                : ConformanceFinding.Fail("a request came");
        });

    private static ConformanceCase Opens(string id, ConformanceRule rule, byte[][] answer)
        => Of($"connect/answer/{id}", rule, "a session", async talk =>
        {
            long request = await BeginAsync(talk);
            foreach (byte[] part in answer)
            {
                await talk.RespondAsync(request, part);
            }

            return await talk.FindDeadAsync(request) ?? ConformanceFinding.Pass("a session");
        });

    /// <summary>An answer that opens no session: a stream of it does not come back, whatever else the client does.</summary>
    private static ConformanceCase Refuses(string id, byte[] answer)
        => Of($"connect/answer/{id}", Established, "no session", async talk =>
        {
            long request = await BeginAsync(talk);
            await talk.RespondAsync(request, answer);
            return await talk.FindDeadAsync(request, Moment) is null ? ConformanceFinding.Fail(CameBack) : ConformanceFinding.Pass("no session");
        });

    /// <summary>An answer that is malformed opens no session either, and the request ends with an error.</summary>
    private static ConformanceCase Aborts(string id, byte[] answer)
        => Of($"connect/answer/malformed/{id}", Malformed, $"the request ends with {QuicPeer.NameOf(MessageError)}", async talk =>
        {
            long request = await BeginAsync(talk);
            await talk.RespondAsync(request, answer);
            return await talk.FindDeadAsync(request, Moment) is null ? ConformanceFinding.Fail(CameBack) : await JudgeAbortAsync(talk.Peer, request);
        });

    /// <summary>The request is reset or stopped, or the connection ends.</summary>
    private static async Task<ConformanceFinding> JudgeAbortAsync(QuicPeer peer, long request)
    {
        long?[] Codes() => [peer.Closed?.Code, peer[request].ResetCode, peer[request].StopCode];
        long? Right() => Array.Find(Codes(), c => c is MessageError or WebTransportErrorCode.GeneralProtocolError);
        await peer.UntilAsync(() => peer.IsOver || Codes().Any(c => c is not null));

        // The directions end one after the other, and may do so with different codes.
        await peer.UntilAsync(() => peer.IsOver || Right() is not null, Moment);
        lock (peer.Gate)
        {
            return Right() is { } right ? ConformanceFinding.Pass($"ended with {QuicPeer.NameOf(right)}")
                : Array.Find(Codes(), c => c is not null) is { } other
                    ? ConformanceFinding.Warn($"ended with {QuicPeer.NameOf(other)}, and the sentence names {QuicPeer.NameOf(MessageError)}")
                : peer.IsOver ? ConformanceFinding.Warn($"the connection was lost, and the sentence names {QuicPeer.NameOf(MessageError)}")
                : ConformanceFinding.Late("the request is neither reset nor stopped in time");
        }
    }

    private static ConformanceCase Undecoded(string id, params byte[] section)
        => Of($"qpack/section/{id}", Undecodable, $"the connection is closed with {QuicPeer.NameOf(Decompression)}", async talk =>
        {
            long request = await BeginAsync(talk);
            await talk.RespondAsync(request, Frame(HeadersFrame, section));
            return await WebTransportPlay.JudgeCloseAsync(talk, request, [Decompression], Undecodable.Level);
        });

    /// <summary>Everything up to the request, which waits for its answer.</summary>
    /// <exception cref="ConformanceEndException">None came.</exception>
    private static async Task<long> BeginAsync(WebTransportTalk talk)
    {
        await talk.SendControlAsync(Settings(talk.OwnSettings()));
        await talk.SendQpackAsync();
        long request = await talk.TakeRequestAsync();
        return request >= 0 ? request : throw new ConformanceEndException(talk.Peer.Closed is { } closed
            ? ConformanceFinding.Fail($"the connection was closed with {QuicPeer.NameOf(closed.Code)} '{closed.Reason}' before a request came")
            : ConformanceFinding.Late("no request came in time"));
    }
}
