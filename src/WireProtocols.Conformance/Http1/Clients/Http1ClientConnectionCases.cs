using System.Text;
using static WireProtocols.Conformance.Http1ClientProbe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>What stands behind a response, whether the connection is used again, and answers without end.</summary>
internal static class Http1ClientConnectionCases
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private const int Megabyte = 1024 * 1024;
    private const string Other = "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nWRONG";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static readonly ConformanceRule WholeMessage = ConformanceRule.Must(
        "RFC 9112 §8",
        "A message body that uses the chunked transfer coding is incomplete if the zero-sized chunk that terminates the encoding has not been "
            + "received. A message that uses a valid Content-Length is incomplete if the size of the message body received (in octets) is less "
            + "than the value given by Content-Length.",
        "Report a response when it is whole.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Behind("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", Other, Hello),
        Behind("chunked", $"{Chunked}5\r\nhello\r\n0\r\n\r\n", Other, Hello),
        Behind("204", "HTTP/1.1 204 No Content\r\n\r\n", Other, "", 204), Behind("304", "HTTP/1.1 304 Not Modified\r\n\r\n", Other, "", 304),
        Behind("zero-length", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Other, ""),
        Behind("garbage", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "XXXXXXXXXX", Hello),
        Behind("garbage-behind-chunks", $"{Chunked}5\r\nhello\r\n0\r\n\r\n", "XXXXXXXXXX", Hello),
        Behind("line-end", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "\r\n", Hello),
        Behind("later", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", $"{Pause}{Other}", Hello),
        Behind("body-behind-204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "hello", "", 204),
        Behind("trailers-and-more", $"{Chunked}5\r\nhello\r\n0\r\nX-Test: 1\r\n\r\n", Other, Hello),
        NotReused("close", Http1ClientRules.Cease, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
        NotReused("close-upper-case", Http1ClientRules.Cease, "HTTP/1.1 200 OK\r\nConnection: CLOSE\r\nContent-Length: 5\r\n\r\nhello"),
        NotReused("close-in-list", Http1ClientRules.Cease, "HTTP/1.1 200 OK\r\nConnection: X-Test, close\r\nContent-Length: 5\r\n\r\nhello"),
        NotReused("close-in-second-line", Http1ClientRules.Cease,
            "HTTP/1.1 200 OK\r\nConnection: X-Test\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
        NotReused("close-lower-case-name", Http1ClientRules.Cease, "HTTP/1.1 200 OK\r\nconnection: close\r\nContent-Length: 5\r\n\r\nhello"),
        NotReused("close-chunked", Http1ClientRules.Cease,
            "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        (IsRight("connection/close-204", Http1ClientRules.Cease, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "", status: 204)
            with { OnReused = ConformanceVerdict.Fail }).ToCase(),
        NotReused("old-version", Http1ClientRules.OldCloses, "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        NotReused("old-version-close", Http1ClientRules.Cease, "HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
        Takes("keep-alive", "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"),
        Takes("keep-alive-field", "HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nKeep-Alive: timeout=5, max=100\r\nContent-Length: 5\r\n\r\nhello"),
        Takes("old-version-keep-alive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello"),
        Takes("other-option", "HTTP/1.1 200 OK\r\nConnection: X-Test\r\nX-Test: 1\r\nContent-Length: 5\r\n\r\nhello"),
        Takes("unasked-upgrade-field", "HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 5\r\n\r\nhello"),
        IsError("connection/unasked-101", Http1ClientRules.Interim,
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: unknown\r\n\r\n", ConformanceVerdict.Info).ToCase(),
        NotYet("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "lo"),
        NotYet("length-no-byte", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Hello),
        NotYet("chunk", $"{Chunked}5\r\nhello\r\n", "0\r\n\r\n"), NotYet("two-chunks", $"{Chunked}3\r\nhel\r\n", "2\r\nlo\r\n0\r\n\r\n"),
        NotYet("interim", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        NotYet("until-close", "HTTP/1.1 200 OK\r\n\r\nhel", "lo", ends: true),
        .. Endless(),
    ];

    private static IEnumerable<ConformanceCase> Endless() =>
    [
        NoEnd("head/one-line", "HTTP/1.1 200 OK\r\nX-Test: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        NoEnd("head/many-lines", "HTTP/1.1 200 OK\r\n", "X-Test: 1\r\nX-Other: 22\r\n"),
        NoEnd("head/reason", "HTTP/1.1 200 ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), NoEnd("head/status-line", "", "HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH"),
        NoEnd("interim", "", "HTTP/1.1 100 Continue\r\n\r\n"), NoEnd("chunked/extension", $"{Chunked}5;a=", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        NoEnd("chunked/zeros", Chunked, "00000000000000000000000000000000"),
        NoEnd("trailers/one-line", $"{Chunked}5\r\nhello\r\n0\r\nX-Test: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        NoEnd("trailers/many-lines", $"{Chunked}5\r\nhello\r\n0\r\n", "X-Test: 1\r\nX-Other: 22\r\n"),
    ];

    private static ConformanceCase Behind(string id, string response, string behind, string body, int status = 200)
        => (IsRight($"behind/{id}", behind == "\r\n" || behind[0] == 'X' ? Http1ClientRules.Unasked : Http1ClientRules.Extra, response + behind,
            body, status: status)
            with
        {
            HasMoreBehind = true,
            IsBroken = true,
            OnReused = behind == "\r\n" ? ConformanceVerdict.Info : behind[0] == Pause ? null : ConformanceVerdict.Warn,
            OnError = null,
            Trailers = [("X-Test", "1")]
        }).ToCase();

    private static ConformanceCase NotReused(string id, ConformanceRule rule, string response)
        => (IsRight($"connection/{id}", rule, response, Hello) with { OnReused = ConformanceVerdict.Fail }).ToCase();

    private static ConformanceCase Takes(string id, string response) => IsRight($"connection/{id}", Http1Rules.Length, response, Hello).ToCase();

    /// <summary>A part, and the rest when there was time to report.</summary>
    private static ConformanceCase NotYet(string id, string part, string rest, bool ends = false)
        => ClientCase.Of($"http1-client/whole/{id}", WholeMessage, "no report before the end, and then the response", async context =>
        {
            await using ClientArrival arrival = await context.AcceptAsync();
            await Http1ClientPlay.SendAsync(arrival.Connection, part, context);
            if (await context.WaitForReportsAsync(r => r.Any(Http1ClientPlay.IsFinal), TimeSpan.FromMilliseconds(200)))
            {
                return ConformanceFinding.Fail($"'{context.Reports[0]}' was reported before the end");
            }

            await Http1ClientPlay.SendAsync(arrival.Connection, rest, context);
            if (ends || Http1ClientPlay.EndsConnection(arrival.Request))
            {
                Http1ClientPlay.Close(arrival);
            }
            else
            {
                arrival.Release();
            }

            await context.WaitForReportsAsync(r => r.Any(Http1ClientPlay.IsFinal));
            return context.Reports.FirstOrDefault(Http1ClientPlay.IsFinal) is not { } report ? ConformanceFinding.Late("no report in time")
                : report.Kind == "response" && report.Text("body") == Convert.ToBase64String("hello"u8)
                    ? ConformanceFinding.Pass("the response, at the end")
                : ConformanceFinding.Fail($"'{report}'");
        });

    /// <summary>Sends until the client has enough of it.</summary>
    private static ConformanceCase NoEnd(string id, string begin, string repeated)
        => ClientCase.Of($"http1-client/attacks/{id}", Http1ClientRules.Streams, "an error, or the end of the connection", async context =>
        {
            await using ClientArrival arrival = await context.AcceptAsync();
            await Http1ClientPlay.SendAsync(arrival.Connection, begin, context);
            byte[] piece = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(repeated, (64 * 1024 / repeated.Length) + 1)));
            Task sending = Task.Run(async () =>
            {
                for (int sent = 0; sent < 8 * Megabyte && !arrival.Connection.IsSendBroken; sent += piece.Length)
                {
                    await arrival.Connection.SendAsync(piece, "endless");
                }
            });
            for (TimeSpan waited = TimeSpan.Zero; !sending.IsCompleted && waited < context.Options.Timeout; waited += Glance)
            {
                if (await context.WaitForReportsAsync(r => r.Any(Http1ClientPlay.IsFinal), Glance) || context.Ended is not null)
                {
                    break;
                }
            }

            bool isReported = await context.WaitForReportsAsync(r => r.Any(Http1ClientPlay.IsFinal), TimeSpan.FromMilliseconds(400));
            return isReported && context.Reports.First(Http1ClientPlay.IsFinal) is { Kind: "response" } report
                ? ConformanceFinding.Fail($"'{report}' was reported of an answer without end")
                : isReported ? ConformanceFinding.Pass($"an error: {context.Reports.First(Http1ClientPlay.IsFinal).Text("message")}")
                : arrival.Connection.IsSendBroken ? ConformanceFinding.Pass("the client hung up")
                : context.Ended is { } how ? ConformanceFinding.Info($"the client {how}")
                : ConformanceFinding.Warn("nothing stopped it within 8 MiB");
        }).Heavy().Broken();
}
