using static WireProtocols.Conformance.ConformanceFinding;
using static WireProtocols.Conformance.ReaderPlay;

namespace WireProtocols.Conformance;

/// <summary>Responses that are no event stream.</summary>
internal static class ReaderRefusalCases
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.5);

    private static readonly ConformanceRule Fails = ConformanceRule.Must(
        "HTML §9.2.2",
        "Otherwise, if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail the connection.",
        "Look at status and type before the first byte of the body, and take no event from anything else.");

    private static readonly ConformanceRule Again = ConformanceRule.Must(
        "HTML §9.2.3",
        "Once the user agent has failed the connection, it does not attempt to reconnect.",
        "Report the error, and leave it at that.");

    private static readonly ConformanceRule NoContent = ConformanceRule.Must(
        "HTML §9.2.1",
        "Clients will reconnect if the connection is closed; a client can be told to stop reconnecting using the HTTP 204 No Content response code.",
        "Stop at 204.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. new[]
        {
            ("plain", "text/plain"), ("html", "text/html; charset=utf-8"), ("json", "application/json"), ("longer", "text/event-streams"),
            ("prefix", "text/event"), ("suffix", "x-text/event-stream"),
            ("application", "application/event-stream"), ("in-parameter", "text/plain; x=text/event-stream"), ("octets", "application/octet-stream"),
            ("ndjson", "application/x-ndjson"),
            ("structured", "text/event-stream+json"), ("plus", "text/event-stream-v2"), ("inside", "application/text/event-stream"),
            ("x", "text/x-event-stream"),
        }.Select(t => Refuses($"content-type/wrong-{t.Item1}", new ReaderReply { Fields = [$"Content-Type: {t.Item2}"] })),
        Refuses("content-type/missing", new ReaderReply { Fields = [] }),
        Refuses("content-type/empty", new ReaderReply { Fields = ["Content-Type: "] }),
        .. new[]
        {
            "201 Created", "202 Accepted", "203 Non-Authoritative Information", "205 Reset Content", "206 Partial Content", "207 Multi-Status",
            "300 Multiple Choices", "304 Not Modified",
            "400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "405 Method Not Allowed", "406 Not Acceptable", "410 Gone",
            "418 I'm a teapot", "429 Too Many Requests", "451 Unavailable",
            "500 Internal Server Error", "501 Not Implemented", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout", "599 Custom",
            "999 Custom",
        }.Select(s => Refuses($"status/{s[..3]}", new ReaderReply { StatusLine = $"HTTP/1.1 {s}" })),
        Refuses("status/204", ReaderReply.Stop, NoContent),
        .. new[] { "404 Not Found", "401 Unauthorized", "204 No Content", "200 OK", "500 Internal Server Error" }.Select(Once),
    ];

    private static bool MayComeAgain(string status) => status is "429" or "500" or "502" or "503" or "504";

    private static ReaderReply WithStream(ReaderReply reply)
        => reply.StatusLine.Contains(" 204 ", StringComparison.Ordinal) || reply.StatusLine.Contains(" 304 ", StringComparison.Ordinal)
            ? reply with { Framing = ReaderFraming.Raw, Pieces = [] }
            : reply.StatusLine.Contains(" 205 ", StringComparison.Ordinal)
                ? reply with { Framing = ReaderFraming.Length, Pieces = [] }
                : reply with { Pieces = [[.. "id: 1\ndata: refused\n\n"u8, .. End]] };

    /// <summary>The client takes no event from the response, and does not come again.</summary>
    private static ConformanceCase Refuses(string id, ReaderReply reply, ConformanceRule? rule = null)
        => ClientCase.Of($"sse-client/{id}", rule ?? Fails, "no event, and no further request", async context =>
        {
            ReaderTalk talk = new(context);
            ReaderReply response = WithStream(reply);
            await talk.RunAsync((arrival, number) => (number < 4 ? response : ReaderReply.Stop).SendAsync(arrival),
                () => talk.HasReported || talk.Requests.Count > 3 || context.Ended is not null, Patience(talk));
            if (talk.HasReported && talk.IsNamed)
            {
                await talk.RunAsync((arrival, _) => response.SendAsync(arrival), () => talk.Requests.Count > 3 || context.Ended is not null, Moment);
            }

            await talk.EndAsync();
            return Judge(talk, reply.StatusLine[9..12]);
        }).Broken();

    private static ConformanceFinding Judge(ReaderTalk talk, string status)
        => talk.Requests.Count == 0 ? NothingSaid(talk)!
            : talk.Events.Count > 0 ? Fail($"events came out of it: {talk.Events[0]}")
            : talk.Requests.Count > 1
                ? MayComeAgain(status)
                    ? Warn($"{talk.Requests.Count} requests: it came again behind {status}")
                    : Fail($"{talk.Requests.Count} requests: it came again")
            : talk.HasReported ? Pass(talk.HasError ? "an error was reported" : "no event was reported")
            : talk.Context.Ended is { } ended ? Pass($"the client {ended}")
            : new ConformanceFinding(ConformanceVerdict.Warn, "the client reported nothing in time", IsTimeout: true);

    /// <summary>The second connection is refused: the client does not come a third time.</summary>
    private static ConformanceCase Once(string status)
        => ClientCase.Of(
            $"sse-client/reconnect/then-{(status == "200 OK" ? "wrong-type" : status[..3])}",
            status[..3] == "204" ? NoContent : Again,
            "no third request",
            async context =>
            {
                ReaderTalk talk = new(context);
                ReaderReply refusal = status[..3] == "204" ? ReaderReply.Stop
                    : new ReaderReply
                    {
                        StatusLine = $"HTTP/1.1 {status}",
                        Fields = ["Content-Type: text/plain"],
                        Pieces = [Bytes("data: refused\n\n")]
                    };
                await talk.RunAsync((arrival, number) => (number == 0 ? ReaderReply.Of(End) : refusal).SendAsync(arrival),
                    () => (talk.HasReported && (talk.Requests.Count > 1 || !talk.IsNamed)) || talk.Requests.Count > 4 || context.Ended is not null,
                    Patience(talk));
                if (talk.Requests.Count == 2 && talk.IsNamed)
                {
                    await talk.RunAsync((arrival, _) => refusal.SendAsync(arrival), () => talk.Requests.Count > 4 || context.Ended is not null,
                        Moment);
                }

                await talk.EndAsync();
                return talk.Requests.Count == 0 ? NothingSaid(talk)!
                    : talk.Events.Any(e => e.Data == "refused") ? Fail("an event came out of the refusal")
                    : talk.Requests.Count == 1 ? Skip("the client does not connect again")
                    : talk.Requests.Count > 2 ? MayComeAgain(status[..3]) ? Warn("it came again") : Fail("it came again")
                    : Pass("it came no third time");
            });
}
