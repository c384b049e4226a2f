using System.Globalization;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>Ids that the stream never gave: what anybody can send.</summary>
internal static class StreamIdCases
{
    private static readonly (string Name, string Id)[] Texts =
    [
        ("empty", ""), ("word", "garbage"), ("zero", "0"), ("minus-one", "-1"), ("minus-large", "-99999999999999999999"), ("plus", "+1"),
        ("leading-zeros", "0000000000000000000000000000001"), ("fraction", "1.5"), ("exponent", "1e9"), ("hex", "0x10"), ("nan", "NaN"),
        ("infinity", "Infinity"), ("null", "null"), ("undefined", "undefined"), ("true", "true"), ("int-max", "2147483647"),
        ("int-max-and-one", "2147483648"), ("int-min", "-2147483648"), ("uint-max", "4294967295"), ("double-max", "9007199254740993"),
        ("long-max", "9223372036854775807"), ("long-max-and-one", "9223372036854775808"), ("long-min", "-9223372036854775808"),
        ("ulong-max", "18446744073709551615"), ("forty-digits", new string('9', 40)), ("thousand-digits", new string('9', 1000)),
        ("number-and-word", "12abc"), ("number-and-space", "1 2"), ("list", "1, 2, 3"), ("quoted", "\"1\""), ("single-quote", "' OR '1'='1"),
        ("semicolon", "1; DROP TABLE events"), ("path", "../../../../etc/passwd"), ("braces", "{\"id\":1}"), ("brackets", "[1,2"), ("percent", "%"),
        ("percent-nul", "%00"), ("format", "%s%n%d{0}"), ("expression", "${1+1}{{1+1}}"), ("proto", "__proto__"),
        ("uuid", "00000000-0000-0000-0000-000000000000"),
        ("timestamp", "2026-01-01T00:00:00Z"), ("redis", "1767225600000-0"), ("colon", "a:b:c"), ("comma", ","), ("dash", "-"), ("dot", "."),
        ("star", "*"),
        ("dollar", "$"), ("parentheses", "(((((((("), ("regex", "(a+)+$"),
        ("utf-8", StreamRequest.Utf8("größe-日本-🙂")), ("utf-8-digits", StreamRequest.Utf8("١٢٣")),
    ];

    private static readonly (string Name, string Id)[] Bytes =
    [
        ("latin-1", "caf\u00e9"), ("bad-utf-8", "\u00ff\u00fe\u0080"), ("cut-utf-8", "\u00e2\u0082"), ("overlong-nul", "\u00c0\u0080"),
        ("tab", "a\tb"),
        ("control", "a\u0001b"), ("delete", "a\u007fb"), ("nul", "a\0b"), ("escape", "\u001b[31m"), ("folded", "a\r\n b"), ("form-feed", "a\u000cb"),
    ];

    private static readonly (string Name, int Length)[] Lengths = [("1k", 1000), ("4k", 4000), ("8k", 8192), ("16k", 16_384), ("64k", 65_536),
        ("1m", 1 << 20)];

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Texts.Select(t => Of($"text/{t.Name}", StreamAnswer.StreamOrRefusal, r => r.Add("Last-Event-ID", t.Id), !t.Id.Any(char.IsAsciiDigit))),
        .. Bytes.Select(t => Of($"bytes/{t.Name}", StreamAnswer.Anything, r => r.Add("Last-Event-ID", t.Id))),
        .. Lengths.Select(t => Of($"length/{t.Name}", t.Length > 4000 ? StreamAnswer.Anything : StreamAnswer.StreamOrRefusal,
            r => r.Add("Last-Event-ID", new string('x', t.Length)))),
        Of("twice/same", StreamAnswer.Anything, r => r.Add("Last-Event-ID", "1").Add("Last-Event-ID", "1")),
        Of("twice/other", StreamAnswer.Anything, r => r.Add("Last-Event-ID", "1").Add("Last-Event-ID", "2")),
        Of("query/garbage", StreamAnswer.Anything, r => r.Ask("lastEventId=garbage&last-event-id=garbage")),
        Of("query/number", StreamAnswer.Anything, r => r.Ask("lastEventId=-1&last-event-id=-1")),
    ];

    private static ConformanceCase Of(string name, StreamAnswer answer, Action<StreamRequest> edit, bool goesOn = false)
        => new($"sse/last-event-id/{name}", StreamRules.AnyId, "an event stream or 4xx, and the next client is served", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            await using StreamPeer peer = await StreamPeer.AskAsync(context, edit);
            ConformanceFinding finding = StreamRequestPlay.Judge(peer, answer);
            if (peer.Head is { Status: 200, IsStream: false } or { Status: 204 } && goesOn)
            {
                finding = Warn($"'{peer.Head}', and no stream: the client never comes back");
            }

            if (finding.Verdict == ConformanceVerdict.Pass && peer.Head is { IsStream: true })
            {
                finding = await ReadAsync(peer, goesOn) ?? finding;
            }

            await peer.DisposeAsync();
            return finding.Verdict == ConformanceVerdict.Fail ? finding : await StreamRequestPlay.IsHarmedAsync(context) ?? finding;
        });

    /// <summary>A stream that is silent for ever since it waits for an id that never comes helps nobody.</summary>
    private static async Task<ConformanceFinding?> ReadAsync(StreamPeer peer, bool goesOn)
    {
        StreamWatch watch = await StreamWatch.GetAsync(peer.Context);
        int due = watch.Arrivals.ToList().FindIndex(a => StreamText.Parse(watch.Body.AsSpan(0,
            Math.Min(a.Length, watch.Body.Length))).Events.Count > 0);
        if (due < 0)
        {
            return null;
        }

        TimeSpan usual = watch.Arrivals[due].At;
        TimeSpan patience = TimeSpan.FromSeconds(1) + (4 * usual) is var long4 && long4 < peer.Context.Options.Timeout ? long4
            : peer.Context.Options.Timeout;
        StreamText text = await peer.ReadUntilAsync(t => t.Events.Count > 0, patience);
        return peer.Framing!.Broken is { } broken ? Fail(broken)
            : text.Events.Count > 0 || peer.IsComplete ? null
            : peer.Last != FillResult.Silence ? Fail("the stream was cut off before its first event")
            : goesOn ? new ConformanceFinding(ConformanceVerdict.Warn, string.Create(
                CultureInfo.InvariantCulture, $"no event for {patience.TotalSeconds:0.0} s, and without an id after {usual.TotalSeconds:0.0} s"),
                    IsTimeout: true)
            : null;
    }
}
