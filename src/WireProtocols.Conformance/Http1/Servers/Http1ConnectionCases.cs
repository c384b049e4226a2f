using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Connections that go on and that end, and requests one behind the other.</summary>
internal static class Http1ConnectionCases
{
    private static readonly ConformanceRule Persist = ConformanceRule.Must(
        "RFC 9112 §9.3",
        "A server that does not support persistent connections MUST send the \"close\" connection option in every response message that does "
            + "not have a 1xx (Informational) status code.",
        "Go on behind a response, or say 'Connection: close'.");

    private static readonly ConformanceRule Close = ConformanceRule.Must(
        "RFC 9112 §9.6",
        "A server that receives a \"close\" connection option MUST initiate closure of the connection (see below) after it sends the final "
            + "response to the request that contained the \"close\" connection option.",
        "Close behind the response, and say 'Connection: close' in it.");

    private static readonly ConformanceRule NoMore = ConformanceRule.Must(
        "RFC 9112 §9.6",
        "The server SHOULD send a \"close\" connection option in its final response on that connection. The server MUST NOT process any further "
            + "requests received on that connection.",
        "Drop what stands behind a request that says close.");

    private static readonly ConformanceRule Said = ConformanceRule.Must(
        "RFC 9112 §9.6",
        "A server that sends a \"close\" connection option MUST initiate closure of the connection (see below) after it sends the response "
            + "containing the \"close\" connection option.",
        "Close where you said so.");

    private static readonly ConformanceRule Old = ConformanceRule.Must(
        "RFC 9112 §9.3",
        "If the received protocol is HTTP/1.0, the \"keep-alive\" connection option is present, either the recipient is not a proxy or the "
            + "message is a response, and the recipient wishes to honor the HTTP/1.0 \"keep-alive\" mechanism, the connection will persist "
            + "after the current response; otherwise, ... The connection will close after the current response.",
        "Close behind a response to HTTP/1.0 that did not ask for keep-alive.");

    private static readonly ConformanceRule Order = ConformanceRule.Must(
        "RFC 9112 §9.3.2",
        "A server MAY process a sequence of pipelined requests in parallel if they all have safe methods (Section 9.2.1 of [HTTP]), but it MUST "
            + "send the corresponding responses in the same order that the requests were received.",
        "Answer each request, in order, whatever arrived together.");

    private static readonly string OnePost = Post("Content-Length: 5", Hello);

    public static IEnumerable<ConformanceCase> All =>
    [
        new("http1/persistence/three-requests", Persist, "three answers on one connection, or Connection: close", KeepOpenAsync),
        .. new (string Id, string Line)[]
        {
            ("close", "Connection: close"), ("first-letter", "Connection: Close"), ("upper-case", "Connection: CLOSE"),
            ("last-of-list", "Connection: keep-alive, close"),
            ("first-of-list", "Connection: close, X-Test"), ("inside-list", "Connection: X-Test , close , X-Other"),
            ("second-line", "Connection: X-Test\r\nConnection: close"),
            ("no-space", "Connection:close"), ("tab", "Connection:\tclose\t"), ("empty-elements", "Connection: , close,"),
            ("lower-case-name", "connection: close"),
        }.Select(c => Closes($"close/{c.Id}", Get(c.Line))),
        Closes("close/post", Post(["Connection: close", "Content-Length: 5"], Hello)),
        Closes("close/chunked", Post(["Connection: close", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n")),
        Closes("close/head", Of("HEAD {target} HTTP/1.1", ["Connection: close"], "")),
        Closes("close/options", Of("OPTIONS * HTTP/1.1", ["Connection: close"], "")),
        Closes("close/unknown-method", Of("UNKNOWN {target} HTTP/1.1", ["Connection: close"], "")),
        Closes("close/missing", Of("GET /missing-here HTTP/1.1", ["Connection: close"], "")),
        Closes("close/old-version", Of("GET {target} HTTP/1.0", ["Connection: close"], "")),
        DropsRest("get", Get("Connection: close")),
        DropsRest("post", Post(["Connection: close", "Content-Length: 5"], Hello)),
        DropsRest("chunked", Post(["Connection: close", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n")),
        DropsRest("list", Get("Connection: keep-alive, close")),
        DropsRest("old-version", Of("GET {target} HTTP/1.0", [], ""), Old),
        DropsRest("old-version-post", Of("POST {target} HTTP/1.0", ["Content-Length: 5"], Hello), Old),
        Closes("old-version/get", Of("GET {target} HTTP/1.0", [], ""), Old),
        Closes("old-version/post", Of("POST {target} HTTP/1.0", ["Content-Length: 5"], Hello), Old),
        Closes("old-version/head", Of("HEAD {target} HTTP/1.0", [], ""), Old),
        new("http1/persistence/old-version/keep-alive", Old, "an answer that ends by itself, or the end of the connection", OldKeepAliveAsync),
        new("http1/persistence/said-close", Said, "the end of the connection where the answer says close", SaidAsync),
        .. Pipelines(),
        .. Sequences(),
    ];

    private static IEnumerable<ConformanceCase> Pipelines() =>
    [
        Pipeline("two-gets", [Get(), Get()]),
        Pipeline("ten-gets", [.. Enumerable.Repeat(Get(), 10)]),
        Pipeline("two-posts", [Echo(1), Echo(2)]),
        Pipeline("ten-posts", [.. Enumerable.Range(0, 10).Select(Echo)]),
        Pipeline("hundred-posts", [.. Enumerable.Range(0, 100).Select(Echo)]),
        Pipeline("ten-chunked", [.. Enumerable.Range(0, 10).Select(i => EchoChunked(i, ""))]),
        Pipeline("ten-with-trailers", [.. Enumerable.Range(0, 10).Select(i => EchoChunked(i, "X-Test: 1\r\n"))]),
        Pipeline("head-and-get", [Of("HEAD {target} HTTP/1.1", [], ""), Get(), Of("HEAD {target} HTTP/1.1", [], ""), Echo(1)]),
        Pipeline("options", [Of("OPTIONS * HTTP/1.1", [], ""), Echo(1), Of("OPTIONS * HTTP/1.1", [], ""), Echo(2)]),
        Pipeline("mixed", [Get(), Echo(1), EchoChunked(2, ""), Of("HEAD {target} HTTP/1.1", [], ""), EchoChunked(3, "X-Test: 1\r\n"), Echo(4),
            Get()]),
        Pipeline("missing-between", [Echo(1), Of("GET /missing-here HTTP/1.1", [], ""), Echo(2)]),
        Pipeline("unknown-method-between", [Echo(1), Of("UNKNOWN {target} HTTP/1.1", [], ""), Echo(2)], isSure: false),
        Pipeline("empty-post-between", [Echo(1), Post("Content-Length: 0", ""), Echo(2)]),
        Pipeline("empty-line-between", [Echo(1), "\r\n" + Echo(2)], isSure: false),
        Pipeline("in-bytes", [Echo(1), EchoChunked(2, "X-Test: 1\r\n"), Get()], cut: 1),
        Pipeline("in-pieces-of-7", [Echo(1), EchoChunked(2, "X-Test: 1\r\n"), Get(), Echo(3)], cut: 7),
        Pipeline("second-cut-in-two", [Echo(1), Echo(2).Insert(20, $"{Pause}")]),
        Pipeline("body-and-next-together", [Echo(1).Insert(Echo(1).IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4, $"{Pause}"), Echo(2)]),
        Pipeline("large-bodies", [.. Enumerable.Range(0, 4).Select(i => Post("Content-Length: 40000", new string((char)('a' + i), 40000)))]),
    ];

    private static IEnumerable<ConformanceCase> Sequences() =>
    [
        Sequence("long-then-short", [Post("Content-Length: 20", "aaaaaaaaaaaaaaaaaaaa"), Post("Content-Length: 3", "bbb"),
            Post("Content-Length: 0", ""), Echo(4)]),
        Sequence("large-then-small", [Post("Content-Length: 40000", new string('a', 40000)), Post("Content-Length: 3", "bbb"), EchoChunked(3, "")]),
        Sequence("chunked-then-length", [EchoChunked(1, "X-Test: 1\r\n"), Post("Content-Length: 3", "bbb"), EchoChunked(3, ""), Get()]),
        Sequence("head-then-get", [Of("HEAD {target} HTTP/1.1", [], ""), Get(), Of("HEAD {target} HTTP/1.1", [], ""), Echo(4)]),
        Sequence("twenty", [.. Enumerable.Range(0, 20).Select(Echo)]),
        Sequence("missing-then-post", [Of("GET /missing-here HTTP/1.1", [], ""), Echo(2)]),
        Sequence("host-does-not-stay", [Get(), "GET {target} HTTP/1.1\r\n\r\n"], [400]),
        Sequence("host-does-not-stay-behind-post", [Echo(1), "POST {target} HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"], [400]),
        Sequence("length-does-not-stay", [Echo(1), Post("X-Test: 1", "")], [200, 400, 411]),
        Sequence("coding-does-not-stay", [EchoChunked(1, ""), Get(), Echo(3)]),
        Sequence("bad-length-at-last", [Echo(1), Post("Content-Length: +5", Hello)], [400]),
        Sequence("bad-field-at-last", [EchoChunked(1, ""), Get("X-Test : 1")], [400]),
        Sequence("bad-coding-at-last", [Get(), Post("Transfer-Encoding: identity", "")], [400, 501]),
    ];

    private static string Echo(int number) => Post("Content-Length: 8", $"echo {number:000}");

    private static string EchoChunked(int number, string trailers) => Chunked($"5\r\necho \r\n3\r\n{number:000}\r\n0\r\n{trailers}\r\n");

    private static async Task<ConformanceFinding> KeepOpenAsync(ConformanceContext context)
    {
        string end = "";
        for (int attempt = 0; attempt < 3; attempt++)
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            for (int i = 0; i < 3; i++)
            {
                await peer.SendAsync(i == 2 ? OnePost : Get());
                Http1Reply reply = await peer.ReadAsync(new Http1Asked(i == 2 ? "POST" : "GET"));
                if (reply.Answer?.FindBroken() is { } broken)
                {
                    return ConformanceFinding.Fail(broken);
                }

                if (reply.IsHangUp && i > 0)
                {
                    end = $"{reply} behind answer {i}, which did not say close";
                    break;
                }

                if (!reply.IsWhole)
                {
                    return reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late(reply.Text) : ConformanceFinding.Fail(reply.Text);
                }

                if (reply.Answer!.SaysClose || reply.Answer.IsOld)
                {
                    return ConformanceFinding.Warn($"'{reply.Answer}' says close (RFC 9112 §9.3: SHOULD support persistent connections)");
                }

                if (i == 2)
                {
                    return ConformanceFinding.Pass("three answers");
                }
            }
        }

        return ConformanceFinding.Fail($"on three connections {end}");
    }

    /// <summary>The answer, and then the end.</summary>
    private static ConformanceCase Closes(string id, string request, ConformanceRule? rule = null)
        => new($"http1/persistence/{id}", rule ?? Close, "the answer, and then the end of the connection", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            await peer.SendAsync(request);
            Http1Asked asked = Http1Asked.Of(request);
            Http1Reply reply = await peer.ReadAsync(asked);
            if (Judge(reply) is { } wrong)
            {
                return wrong;
            }

            // A connection that is only idle ends some day as well: it is asked once more.
            Http1Reply next = await peer.ReadAsync(asked, patience: TimeSpan.FromMilliseconds(400));
            next = next is { Missing: Http1NoAnswer.Silence, Answer: null } ? await peer.AskEchoAsync("again") : next;
            return next.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"{reply}, and the connection stays open")
                : !next.IsHangUp ? ConformanceFinding.Fail($"{reply}, and then {next}")
                : reply.Answer!.SaysClose || asked.IsOld || reply.Answer.IsOld ? ConformanceFinding.Pass($"{reply}, and {next}")
                : ConformanceFinding.Warn($"{reply} and the end, without Connection: close (SHOULD)");
        });

    private static ConformanceCase DropsRest(string id, string request, ConformanceRule? rule = null)
        => new($"http1/persistence/no-more/{id}", rule ?? NoMore, "one answer, and then the end of the connection", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            await peer.SendAsync(request + OnePost);
            Http1Reply reply = await peer.ReadAsync(Http1Asked.Of(request));
            if (Judge(reply) is { } wrong)
            {
                return wrong;
            }

            Http1Reply next = await peer.ReadAsync(new Http1Asked("POST"));
            return next.IsHangUp ? ConformanceFinding.Pass($"{reply}, and {next}")
                : next.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"{reply}, and the connection stays open")
                : ConformanceFinding.Fail($"{reply}, and then {next}: the request behind it was processed");
        });

    private static async Task<ConformanceFinding> OldKeepAliveAsync(ConformanceContext context)
    {
        await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
        string request = Of("POST {target} HTTP/1.0", ["Connection: keep-alive", "Content-Length: 5"], Hello);
        await peer.SendAsync(request);
        Http1Reply reply = await peer.ReadAsync(Http1Asked.Of(request));
        if (Judge(reply) is { } wrong)
        {
            return wrong;
        }

        Http1Reply next = await peer.AskEchoAsync("again");
        return next.IsHangUp ? ConformanceFinding.Pass($"{reply}, and {next}")
            : next.IsWhole && next.Answer!.Body.AsSpan().SequenceEqual("again"u8)
                ? reply.Answer!.SaysKeepAlive ? ConformanceFinding.Pass("the connection goes on, and says so")
                    : ConformanceFinding.Info("the connection goes on, and the answer does not say keep-alive: the client does not know")
            : next.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"{reply}, and then {next}")
            : ConformanceFinding.Fail($"{reply}, and then {next}");
    }

    private static async Task<ConformanceFinding> SaidAsync(ConformanceContext context)
    {
        string[] requests = ["GET {target} HTTP/1.1\r\n\r\n", Get("X-Test : 1"), Of("UNKNOWN {target} HTTP/1.1", [], ""),
            Of("GET {target} HTTP/9.9", [], "")];
        foreach (string request in requests)
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            await peer.SendAsync(request);
            Http1Reply reply = await peer.ReadAsync(Http1Asked.Of(request));
            if (reply is { IsWhole: true, Answer: { SaysClose: true, EndsWithConnection: false } })
            {
                Http1Reply next = await peer.AskEchoAsync("again");
                if (!next.IsHangUp)
                {
                    return next.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"{reply} says close, and the connection stays open")
                        : ConformanceFinding.Fail($"{reply} says close, and then {next}");
                }
            }
        }

        return ConformanceFinding.Pass("each connection that was said to end did");
    }

    private static ConformanceCase Pipeline(string id, string[] requests, int cut = int.MaxValue, bool isSure = true)
        => new($"http1/pipelining/{id}", Order, $"{requests.Length} answers, in order", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            Task sending = peer.SendAsync(string.Concat(requests), $"{requests.Length} requests", cut);
            for (int i = 0; i < requests.Length; i++)
            {
                Http1Reply reply = await peer.ReadAsync(Http1Asked.Of(requests[i].Replace($"{Pause}", "", StringComparison.Ordinal)));
                string where = $"request {i + 1} of {requests.Length}: ";
                if (reply.Answer?.FindBroken() is { } broken)
                {
                    return ConformanceFinding.Fail(where + broken);
                }

                if (!reply.IsWhole)
                {
                    return reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late(where + reply)
                        : reply.IsHangUp && i > 0 ? ConformanceFinding.Warn(where + reply) : ConformanceFinding.Fail(where + reply);
                }

                if (Expected(requests[i]) is { } echo && (reply.Answer!.Status != 200 || !reply.Answer.Body.AsSpan().SequenceEqual(echo)))
                {
                    return isSure ? ConformanceFinding.Fail($"{where}{reply} with {reply.Answer!.Body.Length} bytes is not its echo")
                        : ConformanceFinding.Warn($"{where}{reply}");
                }

                if (reply.Answer!.SaysClose && i < requests.Length - 1)
                {
                    return ConformanceFinding.Info($"{where}{reply} says close");
                }
            }

            await sending;
            return ConformanceFinding.Pass($"{requests.Length} answers");
        });

    private static byte[]? Expected(string request)
    {
        int body = request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        int number = request.IndexOf("\r\n3\r\n", body, StringComparison.Ordinal) + 5;
        string text = request.Contains("chunked", StringComparison.Ordinal) ? $"echo {request[number..(number + 3)]}"
            : request[body..].Replace($"{Pause}", "", StringComparison.Ordinal);
        return request.Contains("POST ", StringComparison.Ordinal) ? System.Text.Encoding.Latin1.GetBytes(text) : null;
    }

    /// <summary>One request after the other, each when the last is answered: nothing of one is seen in the next.</summary>
    private static ConformanceCase Sequence(string id, string[] requests, int[]? last = null)
        => new($"http1/persistence/sequence/{id}", Order, last is null ? $"{requests.Length} answers" : $"at last {string.Join(" or ", last)}",
            async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            for (int i = 0; i < requests.Length; i++)
            {
                await peer.SendAsync(requests[i]);
                Http1Reply reply = await peer.ReadAsync(Http1Asked.Of(requests[i]));
                string where = $"request {i + 1} of {requests.Length}: ";
                if (reply.IsHangUp && i > 0)
                {
                    return ConformanceFinding.Info(where + reply);
                }

                if (Judge(reply) is { } wrong)
                {
                    return wrong with { Got = where + wrong.Got };
                }

                bool isJudged = last is not null && i == requests.Length - 1;
                if (isJudged && !last!.Contains(reply.Answer!.Status))
                {
                    return ConformanceFinding.Fail($"{where}{reply}");
                }

                if (!isJudged && Expected(requests[i]) is { } echo
                    && (reply.Answer!.Status != 200 || !reply.Answer.Body.AsSpan().SequenceEqual(echo)))
                {
                    return ConformanceFinding.Fail($"{where}{reply} with {reply.Answer!.Body.Length} bytes is not its echo");
                }

                if (reply.Answer!.SaysClose && i < requests.Length - 1)
                {
                    return ConformanceFinding.Info($"{where}{reply} says close");
                }
            }

            return ConformanceFinding.Pass($"{requests.Length} answers");
        });

    private static ConformanceFinding? Judge(Http1Reply reply)
        => reply.Answer?.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
            : reply.IsWhole ? null
            : reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late(reply.Text)
            : ConformanceFinding.Fail(reply.Text);
}
