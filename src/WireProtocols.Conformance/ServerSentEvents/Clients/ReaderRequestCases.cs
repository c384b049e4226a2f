using static WireProtocols.Conformance.ConformanceFinding;
using static WireProtocols.Conformance.ReaderPlay;

namespace WireProtocols.Conformance;

/// <summary>What a client asks, and where a redirect leads it.</summary>
internal static class ReaderRequestCases
{
    private const int MaxRedirects = 80;

    private static readonly ConformanceRule Accept = ConformanceRule.May(
        "HTML §9.2.2", "User agents may set (`Accept`, `text/event-stream`) in request's header list.", "Send Accept: text/event-stream.");

    private static readonly ConformanceRule NoStore = ConformanceRule.Should(
        "HTML §9.2.2", "Set request's cache mode to \"no-store\".", "Send Cache-Control: no-store (or no-cache).");

    private static readonly ConformanceRule LastEventId = ConformanceRule.Must(
        "HTML §9.2.3",
        "If the EventSource object's last event ID string is not the empty string, then:",
        "Send Last-Event-ID only when there is one.");

    private static readonly ConformanceRule Host = ConformanceRule.Must(
        "RFC 9112 §3.2",
        "A client MUST send a Host header field (Section 7.2 of [HTTP]) in all HTTP/1.1 request messages.",
        "Send Host, once, with the authority of the URL.");

    private static readonly ConformanceRule HostValue = ConformanceRule.Must(
        "RFC 9112 §3.2",
        "If the target URI includes an authority component, then a client MUST send a field value for Host that is identical to that authority "
            + "component, excluding any userinfo subcomponent and its \"@\" delimiter",
        "Send the port in Host, where it is not the scheme's own.");

    private static readonly ConformanceRule Grammar = ConformanceRule.Must(
        "RFC 9112 §3", "request-line = method SP request-target SP HTTP-version", "Write GET, the path and query, and HTTP/1.1.");

    private static readonly ConformanceRule Content = ConformanceRule.Must(
        "RFC 9110 §9.3.1",
        "A client SHOULD NOT generate content in a GET request unless it is made directly to an origin server that has previously indicated, in or "
            + "out of band, that such a request has a purpose and will be adequately supported.",
        "Send GET without content.");

    private static readonly ConformanceRule Redirects = ConformanceRule.Must(
        "HTML §9.2.1",
        "Event stream requests can be redirected using HTTP 301 and 307 redirects as with normal HTTP requests.",
        "Follow Location with GET, and read the stream there.");

    private static readonly ConformanceRule Loops = ConformanceRule.Security(
        "RFC 9110 §15.4",
        "A client SHOULD detect and intervene in cyclical redirections (i.e., \"infinite\" redirection loops).",
        "Give up after twenty redirects or so.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Asks("request/accept", Accept, "Accept: text/event-stream", head => head.Members("Accept").Any(a => a.Split(';')[0].Trim().Equals(
            "text/event-stream", StringComparison.OrdinalIgnoreCase)) ? null
            : Info(head.All("Accept") is [var accept, ..] ? $"Accept: {accept}" : "no Accept")),
        Asks("request/cache", NoStore, "Cache-Control: no-store", head =>
            head.Members("Cache-Control").Any(c => c is "no-store" or "no-cache" or "max-age=0")
            ? null : Warn(head.All("Cache-Control") is [var cache, ..] ? $"Cache-Control: {cache}" : "no Cache-Control")),
        Asks("request/no-last-event-id", LastEventId, "no Last-Event-ID", head => head.All("Last-Event-ID") is [var id, ..]
            ? Fail($"Last-Event-ID: '{id}' in the first request") : null),
        Asks("request/method", Grammar, "GET", head => head.Method == "GET" ? null : head.Method is "POST" ? Warn("POST") : Fail(head.Method)),
        Asks("request/line", Grammar, "GET /path HTTP/1.1", head => head.FirstLine.Split(' ') is [_, ['/', ..], "HTTP/1.1"] ? null
            : head.Version == "HTTP/1.0" ? Info("HTTP/1.0") : Fail($"'{head.FirstLine}'")),
        Asks("request/fields", Grammar, "lines of a name, a colon and a value", head => head.FindBrokenLine() is { } broken ? Fail(broken) : null),
        Asks("request/host", Host, "Host, once", head => head.All("Host").Length == 1 || head.Version == "HTTP/1.0" ? null
            : Fail($"Host stands {head.All("Host").Length} times")),
        ClientCase.Of("sse-client/request/host-value", HostValue, "the host and the port of the URL", HostAsync),
        Asks("request/no-content", Content, "no content", head => head.All("Transfer-Encoding").Length > 0
            || head.All("Content-Length") is [not "0", ..] ? head.Method == "GET" ? Warn("GET with content") : Info("content") : null),
        .. new[] { 301, 302, 303, 307, 308 }.Select(s => Redirect($"redirect/{s}", s, 1)),
        Redirect("redirect/relative", 307, 1, isRelative: true),
        Redirect("redirect/twice", 302, 2),
        Redirect("redirect/five", 307, 5),
        ClientCase.Of("sse-client/redirect/endless", Loops, "an end", EndlessAsync).Broken(),
        ClientCase.Of("sse-client/redirect/to-wrong-type", Redirects, "no event", context => ToAsync(context, new ReaderReply
        {
            Fields = ["Content-Type: text/html"], Pieces = [End],
        })),
        ClientCase.Of("sse-client/redirect/to-404", Redirects, "no event", context => ToAsync(context, new ReaderReply
        {
            StatusLine = "HTTP/1.1 404 Not Found", Pieces = [End],
        })),
        ClientCase.Of("sse-client/redirect/body-ignored", Redirects, "the stream behind the redirect alone", async context =>
        {
            ReaderTalk talk = new(context);
            ConformanceFinding finding = await SeeAsync(talk, new ReaderReference().Read(End), true, (arrival, number)
                => (number == 0 ? Moved(context, 307, 1, false) with { Fields = [.. Moved(context, 307, 1, false).Fields,
                    "Content-Type: text/event-stream"],
                    Pieces = [Bytes("data: moved\n\n")] } : number == 1 ? ReaderReply.Of(End) : ReaderReply.Stop).SendAsync(arrival));
            await talk.EndAsync();
            return finding;
        }),
    ];

    private static ConformanceCase Asks(string id, ConformanceRule rule, string expected, Func<ClientRequest, ConformanceFinding?> judge)
        => ClientCase.Of($"sse-client/{id}", rule, expected, async context =>
        {
            ReaderTalk talk = new(context);
            await talk.RunAsync((arrival, number) => (number == 0 ? ReaderReply.Of(Bytes("data: a\n\n"), End) : ReaderReply.Stop).SendAsync(arrival),
                () => talk.HasReported || context.Ended is not null, Patience(talk));
            await talk.EndAsync();
            return talk.Requests.Count == 0 ? NothingSaid(talk)! : judge(talk.Requests[0].Head) ?? Pass(talk.Requests[0].Head.FirstLine);
        });

    private static async Task<ConformanceFinding> HostAsync(ClientContext context)
    {
        ReaderTalk talk = new(context);
        await talk.RunAsync((arrival, number) => (number == 0 ? ReaderReply.Of(End) : ReaderReply.Stop).SendAsync(arrival),
            () => talk.HasReported || context.Ended is not null, Patience(talk));
        await talk.EndAsync();
        string authority = context.Subject.Authority;
        return talk.Requests.Count == 0 ? NothingSaid(talk)!
            : talk.Requests[0].Head.All("Host") is not [var host, ..] ? Skip("there is no Host")
            : host.Equals(authority, StringComparison.OrdinalIgnoreCase) ? Pass($"Host: {host}")
            : host.Contains(':', StringComparison.Ordinal) && host.Split(':')[^1] == authority.Split(':')[^1] ? Info($"Host: {host}")
            : Fail($"Host: {host} and not {authority}");
    }

    private static ReaderReply Moved(ClientContext context, int status, int number, bool isRelative)
    {
        string path = $"{context.Path}/moved-{number}";
        return new ReaderReply
        {
            StatusLine = $"HTTP/1.1 {status} Moved",
            Fields = [$"Location: {(isRelative ? path : new Uri(context.Subject, path))}"],
            Framing = ReaderFraming.Length,
        };
    }

    private static ConformanceCase Redirect(string id, int status, int count, bool isRelative = false)
        => ClientCase.Of($"sse-client/{id}", Redirects, "the stream behind the redirect", async context =>
        {
            ReaderTalk talk = new(context);
            byte[] stream = [.. "id: 1\ndata: a\n\n"u8, .. End];
            ConformanceFinding finding = await SeeAsync(talk, new ReaderReference().Read(stream), false, (arrival, number)
                => (number < count ? Moved(context, status, number + 1, isRelative) : number == count ? ReaderReply.Of(stream) : ReaderReply.Stop)
                    .SendAsync(arrival));
            await talk.EndAsync();
            return talk.Requests.Count is > 0 and var asked && asked <= count && talk.HasReported
                ? Fail($"the redirect was not followed; {finding.Got}")
                : talk.Requests.Count > count && talk.Requests[count].Head.Method != talk.Requests[0].Head.Method
                    ? Fail($"{talk.Requests[count].Head.Method} behind the redirect") : finding;
        });

    private static async Task<ConformanceFinding> ToAsync(ClientContext context, ReaderReply reply)
    {
        ReaderTalk talk = new(context);
        await talk.RunAsync((arrival, number) => (number == 0 ? Moved(context, 307, 1, false) : reply).SendAsync(arrival),
            () => talk.HasReported || talk.Requests.Count > 4 || context.Ended is not null, Patience(talk));
        await talk.EndAsync();
        return talk.Requests.Count == 0 ? NothingSaid(talk)!
            : talk.Events.Count > 0 ? Fail($"events came out of it: {talk.Events[0]}")
            : talk.Requests.Count > 3 ? Fail("it came again") : Pass("no event");
    }

    /// <summary>Who gives up may begin anew: what counts is one row of redirects.</summary>
    private static async Task<ConformanceFinding> EndlessAsync(ClientContext context)
    {
        ReaderTalk talk = new(context, MaxRedirects);
        bool HasBegunAnew() => talk.Requests.Skip(1).Any(r => r.Head.Target == talk.Requests[0].Head.Target);
        await talk.RunAsync((arrival, number) => Moved(context, 307, number % 2, false).SendAsync(arrival),
            () => talk.HasReported || HasBegunAnew() || context.Ended is not null, Patience(talk));
        await talk.EndAsync();
        return talk.Requests.Count == 0 ? NothingSaid(talk)!
            : talk.Requests.Count > MaxRedirects ? Warn($"it still followed after {MaxRedirects} redirects")
            : Pass($"{talk.Requests.Count} requests");
    }
}
