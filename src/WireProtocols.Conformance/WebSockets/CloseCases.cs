using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>The closing handshake.</summary>
internal sealed class CloseCases(WebSocketSubject subject) : SharedCases(subject)
{
    private static readonly ConformanceRule Answer = ConformanceRule.Must(
        "RFC 6455 §5.5.1",
        "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST send a Close frame in response.",
        "Answer Close with Close.");

    private static readonly ConformanceRule Tcp = ConformanceRule.Must(
        "RFC 6455 §5.5.1",
        "After both sending and receiving a Close message, an endpoint considers the WebSocket connection closed and MUST close "
            + "the underlying TCP connection. The server MUST close the underlying TCP connection immediately.",
        "Close the socket when both Close frames have crossed.");

    private static readonly ConformanceRule After = ConformanceRule.Must(
        "RFC 6455 §5.5.1, §5.5.2",
        "The application MUST NOT send any more data frames after sending a Close frame. ... Upon receipt of a Ping frame, an "
            + "endpoint MUST send a Pong frame in response, unless it already received a Close frame.",
        "Read nothing behind a Close.");

    private static readonly ConformanceRule Echoes = ConformanceRule.May(
        "RFC 6455 §5.5.1",
        "When sending a Close frame in response, the endpoint typically echos the status code it received.",
        "Answer with the code that came.");

    private static readonly ConformanceRule Payload = ConformanceRule.Must(
        "RFC 6455 §5.5.1",
        "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte order) representing a status code.",
        "Fail with 1002 on a Close of one byte.");

    private static readonly ConformanceRule Reason = ConformanceRule.Must(
        "RFC 6455 §5.5.1, §8.1",
        "Following the 2-byte integer, the body MAY contain UTF-8-encoded data. When an endpoint is to interpret a byte stream "
            + "as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket "
            + "Connection_.",
        "Validate the reason as you validate text.");

    private static readonly ConformanceRule Length = ConformanceRule.Must(
        "RFC 6455 §5.5", "All control frames MUST have a payload length of 125 bytes or less.", "Fail with 1002 on a longer Close.");

    private static readonly ConformanceRule Never = ConformanceRule.Must(
        "RFC 6455 §7.4.1, §7.4.2",
        "1005 is a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint. ... Status "
            + "codes in the range 0-999 are not used.",
        "Fail with 1002 on a code that no endpoint may send.");

    private static readonly ConformanceRule Unassigned = ConformanceRule.Should(
        "RFC 6455 §7.4.2",
        "Status codes in the range 1000-2999 are reserved for definition by this protocol, its future revisions, and extensions "
            + "specified in a permanent and readily available public specification.",
        "Fail with 1002 on a code that is not assigned.");

    public IEnumerable<ConformanceCase> All =>
    [
        Closes("close/plain", Answer, [Close(1000)], 1000).Numbered("7.1.2, 7.3.3"),
        Closes("close/after-a-message", Answer, [Text("Hello"), Close(1000)], 1000).Numbered("7.1.1"),
        Closes("close/empty", Answer, [Close([])], 0).Numbered("7.3.1"),
        Closes("close/reason", Answer, [Close(1000, "Hello World!")], 1000).Numbered("7.3.4"),
        Closes("close/reason-of-123", Answer, [Close(1000, new string('*', 123))], 1000).Numbered("7.3.5"),
        Closes("close/reason-in-utf8", Answer, [Close(1000, "κόσμε €𐍈")], 1000),
        Closes("close/in-bytes", Answer, [Close(1000, "bye")], 1000, 1),
        Closes("close/after-a-large-message", Answer, [Text(new string('*', 256 * 1024)), Text("Hello"), Close(1000), Ping("late")], 1000)
            .Numbered("7.1.6"),
        Closes("close/then-ping", After, [Close(1000), Ping("late")], 1000).Numbered("7.1.3"),
        Closes("close/then-message", After, [Close(1000), Text("late")], 1000).Numbered("7.1.4"),
        Closes("close/then-binary", After, [Close(1000), Binary([1, 2, 3])], 1000),
        Closes("close/then-close", After, [Close(1000), Close(1001)], 1000),
        Closes("close/then-broken-frame", After, [Close(1000), new ProbeFrame(3, [], Rsv: 7)], 1000),
        Closes("close/inside-a-message", After, [Text("fragment1", false), Close(1000), More("fragment2", true)], 1000).Numbered("7.1.5"),
        Ends(),
        .. new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999 }
            .Select((code, i) => Closes($"close/code/{code}", Answer, [Close(code)], code).Numbered($"7.7.{i + 1}")),
        .. new[] { 1012, 1013, 1014 }.Select(code => Closes($"close/code/{code}", Echoes, [Close(code)], code)),
        Fail("close/one-byte", Payload, [Close([3])], 1002).Numbered("7.3.2"),
        Fail("close/reason-of-124", Length, [Close(1000, new string('*', 124))], 1002).Numbered("7.3.6"),
        Fail("close/reason/not-utf8", Reason, [Close([0x03, 0xE8, .. Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564")])], 1007,
                1002)
            .Numbered("7.5.1"),
        Fail("close/reason/truncated", Reason, [Close([0x03, 0xE8, 0xCE])], 1007, 1002),
        Fail("close/reason/overlong", Reason, [Close([0x03, 0xE8, 0xC0, 0xAF])], 1007, 1002),
        Fail("close/reason/surrogate", Reason, [Close([0x03, 0xE8, 0xED, 0xA0, 0x80])], 1007, 1002),
        Fail("close/reason/lone-continuation", Reason, [Close([0x03, 0xE8, 0x80])], 1007, 1002),
        .. new[] { 0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999 }.SelectMany((code, i) => Invalid(code, $"7.9.{i + 1}")),
        .. new[] { 5000, 65535 }.SelectMany((code, i) => Invalid(code, $"7.13.{i + 1}")),
        .. new[] { 1, 1015 }.SelectMany(code => Invalid(code, "")),
    ];

    private IEnumerable<ConformanceCase> Invalid(int code, string number)
    {
        // "Status codes in the range 0-999 are not used", and three MUST NOT be set: the rest is reserved or undefined, and no MUST speaks of a
        // receiver.
        bool isNever = code < 1000 || code is 1005 or 1006 or 1015;
        foreach ((string suffix, string reason) in new[] { ("", ""), ("-with-reason", "why") })
        {
            ConformanceCase strict = Fail($"close/code/{code}{suffix}", isNever ? Never : Unassigned, [Close(code, reason)], 1002);
            yield return (isNever ? strict : Softened(strict, Unassigned)).Numbered(suffix.Length == 0 ? number : "");
        }
    }

    /// <summary>The same case, whose failure is a warning.</summary>
    private static ConformanceCase Softened(ConformanceCase strict, ConformanceRule rule)
        => new ConformanceCase(strict.Id, rule, strict.Expected, async context =>
        {
            ConformanceFinding finding = await strict.PlayAsync(context);
            return finding.Verdict == ConformanceVerdict.Fail && !finding.IsTimeout ? finding with { Verdict = ConformanceVerdict.Warn } : finding;
        }).Broken();

    /// <summary>
    /// Everything before the Close comes back, then a Close, then nothing. A Ping behind the Close needs no Pong, and no sentence forbids one that
    /// comes before the subject's own Close.
    /// </summary>
    private ConformanceCase Closes(string id, ConformanceRule rule, IReadOnlyList<ProbeFrame> sent, int code, int cut = int.MaxValue)
        => Subject.Case(id, rule, code == 0 ? "Close" : $"Close {code}", async context =>
        {
            await using WebSocketPeer peer = await Subject.OpenAsync(context);
            Task sending = cut == int.MaxValue ? peer.SendAsync(sent) : peer.SendCutAsync(sent, cut);
            List<ProbeFrame> before = [.. sent.TakeWhile(f => f.Opcode != 8)];
            byte[][] behind = [.. sent.Skip(before.Count).Where(f => f.Opcode == 9).Select(f => f.Payload)];
            ConformanceFinding? missing = await EchoPlay.ReceiveAsync(peer, [.. EchoPlay.MessagesOf(before)], [], behind);
            PeerEvent next = missing is null ? await peer.NextAsync() : new PeerEvent.Silence();
            while (EchoPlay.IsAnswerTo(behind, next))
            {
                next = await peer.NextAsync();
            }

            await sending;
            return missing ?? next switch
            {
                PeerEvent.Close close => await ListenAsync(peer, close, code),
                PeerEvent.End => ConformanceFinding.Fail($"{next} came without a Close"),
                PeerEvent.Silence => ConformanceFinding.Late("no Close came in time"),
                PeerEvent.Broken broken => ConformanceFinding.Fail(broken.Rule),
                _ => ConformanceFinding.Fail($"{next} came where Close was due"),
            };
        });

    private static async Task<ConformanceFinding> ListenAsync(WebSocketPeer peer, PeerEvent.Close close, int code)
    {
        peer.EndAsServer();
        return await peer.NextAsync() switch
        {
            PeerEvent.End when close.Code != code && code is not (1012 or 1013 or 1014) && IsError(close.Code)
                => ConformanceFinding.Warn($"{close} came, as if {(code == 0 ? "an empty Close" : $"Close {code}")} were wrong"),
            PeerEvent.End when close.Code != code && code != 0 => ConformanceFinding.Info($"{close} came in answer to {code}"),
            PeerEvent.End => ConformanceFinding.Pass($"{close}, and the end"),
            PeerEvent.Silence => new ConformanceFinding(ConformanceVerdict.Warn, $"{close} came, and the TCP connection stayed open",
                IsTimeout: true),
            var other => ConformanceFinding.Fail($"{close} came, and then: {other}"),
        };
    }

    private static bool IsError(int code) => code is 1002 or 1003 or 1007 or 1008 or 1010 or 1011;

    private ConformanceCase Ends()
        => Subject.Case("close/tcp-ends", Tcp, "the end of the TCP connection", async context =>
        {
            await using WebSocketPeer peer = await Subject.OpenAsync(context);
            await peer.SendAsync([Close(1000)]);
            PeerEvent close = await peer.NextAsync();
            if (close is not PeerEvent.Close)
            {
                return close is PeerEvent.Silence ? ConformanceFinding.Late("no Close came in time") : ConformanceFinding.Fail($"{close} came");
            }

            peer.EndAsServer();
            return await peer.NextAsync() switch
            {
                PeerEvent.End end => ConformanceFinding.Pass($"{close}, then {end}"),
                PeerEvent.Silence => ConformanceFinding.Late("the TCP connection stayed open after both Close frames"),
                var other => ConformanceFinding.Fail($"{other} came after {close}"),
            };
        });
}
