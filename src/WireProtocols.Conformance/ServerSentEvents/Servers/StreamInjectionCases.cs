using System.Globalization;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>What a request says comes back in the stream, and line ends in it make fields and events of their own.</summary>
internal static class StreamInjectionCases
{
    private const string HeadMark = "X-Wire-Injected";
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.8);

    private static readonly string[] Parameters =
    [
        "name", "message", "data", "text", "user", "username", "msg", "q", "query", "channel", "room", "topic", "event", "type", "id", "lastEventId",
        "last_event_id", "last-event-id", "title", "prompt", "content", "value", "tag", "label", "filter", "stream", "callback", "token", "key",
        "session",
        "comment", "from", "to", "lang", "greeting", "input", "body", "payload", "echo", "s", "t", "m", "n",
    ];

    private static readonly (string Name, string Escape)[] InQuery =
    [
        ("lf", "%0A"), ("cr", "%0D"), ("crlf", "%0D%0A"), ("lower-case", "%0a"), ("twice-escaped", "%250A"), ("u-560a", "%E5%98%8A"),
        ("u-2028", "%E2%80%A8"),
        ("u-0085", "%C2%85"), ("overlong", "%C0%8A"), ("backslash-n", "%5Cn"), ("nul-lf", "%00%0A"), ("vertical-tab", "%0B"), ("plain-u", "%u000A"),
        ("entity", "%26%2310%3B"),
    ];

    private static readonly (string Name, string Break)[] InField =
    [
        ("cr", "\r"), ("escaped-lf", "%0A"), ("escaped-cr", "%0D"), ("escaped-crlf", "%0D%0A"), ("backslash-n", "\\n"),
        ("u-560a", "\u00e5\u0098\u008a"),
        ("u-2028", "\u00e2\u0080\u00a8"), ("u-0085", "\u00c2\u0085"), ("latin-1-0085", "\u0085"), ("folded", "\r\n "), ("nul", "\0"), ("lf", "\n\t"),
        ("form-feed", "\u000c"),
    ];

    private static readonly ConformanceRule Rule = ConformanceRule.Security(
        "HTML §9.2.5",
        "Lines must be separated by either a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single U+000A LINE FEED (LF) "
            + "character, or a single U+000D CARRIAGE RETURN (CR) character.",
        "Split data at LF, CR and CRLF; refuse line ends in event, id and comments, or take them out.");

    private static readonly ConformanceRule Heads = ConformanceRule.Security(
        "RFC 9110 §5.5",
        "Field values containing CR, LF, or NUL characters are invalid and dangerous, due to the varying ways that implementations might parse and "
            + "interpret those characters",
        "Never put a line end that came from outside into a head.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. InQuery.Select(n => Of($"sse/injection/query/{n.Name}", Rule, (r, mark) => Query(r, n.Escape, mark))),
        .. InQuery.Take(4).Select(n => Of($"sse/injection/name/{n.Name}", Rule, (r, mark) => r.Ask(Escaped(n.Escape, mark) + "=1"))),
        .. InQuery.Take(3).Select(n => Of($"sse/injection/path/{n.Name}", Rule,
            (r, mark) => r.Target = $"{r.Target.Split('?')[0]}/x{Escaped(n.Escape, mark)}")),
        .. InQuery.Take(3).Select(n => Of($"sse/injection/head/{n.Name}", Heads, (r, _) => Query(r, n.Escape, null))),
        .. InField.Select(n => Of($"sse/injection/last-event-id/{n.Name}", Rule, (r, mark) => r.Add("Last-Event-ID", Lines(n.Break, mark)))),
        .. new[] { "User-Agent", "Referer", "Cookie", "Origin", "X-Request-ID", "X-Forwarded-For", "Accept-Language", "Authorization" }.SelectMany(
            name => InField.Take(2).Select(n => Of($"sse/injection/{name.ToLowerInvariant()}/{n.Name}", Rule, (r, mark) => r.Add(name,
                Lines(n.Break, mark))))),
    ];

    /// <summary>A value that makes fields of its own where its line ends are let through.</summary>
    private static string Lines(string lineEnd, string mark)
        => $"x{lineEnd}id: {mark}{lineEnd}event: {mark}{lineEnd}data: {mark}{lineEnd}{lineEnd}";

    private static string Escaped(string lineEnd, string mark) => Lines(lineEnd, mark).Replace(": ", ":%20", StringComparison.Ordinal);

    private static void Query(StreamRequest request, string lineEnd, string? mark)
    {
        string value = mark is not null ? Escaped(lineEnd, mark) : $"x{lineEnd}{HeadMark}:%201{lineEnd}";
        int question = request.Target.IndexOf('?', StringComparison.Ordinal);
        string[] own = question < 0 ? [] : [.. request.Target[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p =>
            p.Split('=')[0])];

        // Its own parameters keep their values and stand first: what counts on them goes on working.
        request.Ask(string.Join('&', Parameters.Where(p => !own.Contains(p)).Select(p => $"{p}={value}")));
    }

    private static ConformanceCase Of(string id, ConformanceRule rule, Action<StreamRequest, string> edit)
        => new(id, rule, "no field and no event that the server did not make", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            string mark = string.Create(CultureInfo.InvariantCulture, $"wire-{context.Dice.Next():x8}");
            await using StreamPeer peer = await StreamPeer.AskAsync(context, r => edit(r, mark));
            ConformanceFinding? finding = peer.Head is { } head && head.All(HeadMark).Length > 0
                ? Fail("a field of the response's head came out of the query: responses can be split")
                : await FindAsync(peer, mark);
            return finding ?? (peer.Head is null && peer.Last == FillResult.Silence ? Late("no answer in time")
                : peer.Head is { Status: >= 500 and not (501 or 503 or 505) } error ? Fail($"'{error}'")
                : Pass(peer.Head is { IsStream: false } other ? $"'{other}'" : peer.Head is null ? "the connection ended" : "nothing was injected"));
        });

    private static async Task<ConformanceFinding?> FindAsync(StreamPeer peer, string mark)
    {
        if (peer.Head is not { IsStream: true })
        {
            return null;
        }

        TimeSpan patience = Moment < peer.Context.Options.Timeout ? Moment : peer.Context.Options.Timeout;
        StreamText text = await peer.ReadUntilAsync(t => t.Events.Count >= 5 || Find(t, mark) is not null, patience);
        return Find(text, mark) is { } line
            ? Fail(StreamFormatCases.At(line, "this line came out of the request: anybody can make events"))
            : peer.Framing!.Broken is { } broken ? Fail(broken) : null;
    }

    private static StreamLine? Find(StreamText text, string mark)
        => text.Lines.FirstOrDefault(l => l.Value == mark && l.Name is "data" or "event" or "id");
}
