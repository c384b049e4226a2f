using System.Text;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Attacks, each bounded in what it costs. Harm that is seen is a failure; that nothing stopped the attack is a warning.</summary>
internal static class Http1AttackCases
{
    private const int Megabyte = 1024 * 1024;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(150);

    private static readonly ConformanceRule Head = ConformanceRule.Security(
        "RFC 9110 §5.4",
        "A server that receives a request header field line, field value, or set of fields larger than it wishes to process MUST respond with "
            + "an appropriate 4xx (Client Error) status code.",
        "Limit the head, its lines and their number; answer 431 or 414, and close.");

    private static readonly ConformanceRule Extensions = ConformanceRule.Security(
        "RFC 9112 §7.1.1",
        "A server ought to limit the total length of chunk extensions received in a request to an amount reasonable for the services provided, "
            + "in the same way that it applies length limitations and timeouts for other parts of a message, and generate an appropriate 4xx "
            + "(Client Error) response if that amount is exceeded.",
        "Count the bytes that are no data, and refuse a body that has too many.");

    private static readonly ConformanceRule Streams = ConformanceRule.Security(
        "RFC 9110 §17.5",
        "Because HTTP uses mostly textual, character-delimited fields, parsers are often vulnerable to attacks based on sending very long (or "
            + "very slow) streams of data, particularly where an implementation is expecting a protocol element with no predefined length "
            + "(Section 2.3).",
        "Limit what a client may make you keep, and let no connection wait for another.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Endless("head/one-line", Head, "GET {target} HTTP/1.1\r\nHost: {host}\r\nX-Test: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("head/one-name", Head, "GET {target} HTTP/1.1\r\nHost: {host}\r\n", "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"),
        Endless("head/many-lines", Head, "GET {target} HTTP/1.1\r\nHost: {host}\r\n", "X-Test: 1\r\nX-Other: 22\r\n"),
        Endless("head/many-empty-values", Head, "GET {target} HTTP/1.1\r\nHost: {host}\r\n", "a:\r\n"),
        Endless("head/folded-lines", Head, "GET {target} HTTP/1.1\r\nHost: {host}\r\nX-Test: 1\r\n", " folded\r\n"),
        Endless("head/target", Head, "GET {target}?", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("head/method", Head, "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        Endless("head/spaces", Head, "GET ", "                                "),
        Endless("head/empty-lines", Head, "", "\r\n\r\n\r\n\r\n", mayTakeAll: true),
        Endless("head/spaces-in-value", Head, "GET {target} HTTP/1.1\r\nHost: {host}\r\nX-Test:", "                                "),
        Endless("chunked/extension", Extensions, Chunked("5;a="), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("chunked/extension-names", Extensions, Chunked("5"), ";a=b;c=d"),
        Endless("chunked/zeros", Streams, Chunked(""), "00000000000000000000000000000000"),
        Endless("chunked/extension-on-each", Extensions, Chunked(""), $"1;{new string('a', 1000)}\r\na\r\n", mayTakeAll: false),
        Endless("trailers/one-line", Head, Chunked("5\r\nhello\r\n0\r\nX-Test: "), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("trailers/many-lines", Head, Chunked("5\r\nhello\r\n0\r\n"), "X-Test: 1\r\nX-Other: 22\r\n"),
        Endless("body/refused", Streams, Of("UNKNOWN {target} HTTP/1.1", ["Transfer-Encoding: chunked"], ""), $"400\r\n{new string('a', 1024)}\r\n",
            mayTakeAll: true),
        Lives("announced/length", "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4611686018427387904\r\n\r\nhello"),
        Lives("announced/length-2g", "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2147483647\r\n\r\nhello"),
        Lives("announced/chunk", Chunked("7fffffffffffffff\r\nhello")),
        Lives("announced/chunk-2g", Chunked("7fffffff\r\nhello")),
        Lives("cut-off/nothing", "", count: 5, hangsUp: true),
        Lives("cut-off/in-head", "GET {target} HTT", count: 5, hangsUp: true),
        Lives("cut-off/in-body", Post("Content-Length: 100", "hello"), count: 5, hangsUp: true),
        Lives("cut-off/in-chunk", Chunked("64\r\nhello"), count: 5, hangsUp: true),
        Lives("cut-off/behind-request", Get(), count: 5, hangsUp: true),
        Lives("slow/half-a-head", "GET {target} HTTP/1.1\r\nHost:", count: 5),
        Lives("slow/half-a-body", Post("Content-Length: 100", "hello"), count: 5),
        Lives("slow/half-a-chunk", Chunked("64\r\nhello"), count: 5),
        Lives("slow/nothing", "", count: 5),
        Lives("slow/between-requests", Get(), count: 5),
        Flood("pipelining/gets-unread", Get()),
        Flood("pipelining/posts-unread", Post("Content-Length: 1000", new string('a', 1000))),
        TinyChunks(),
    ];

    /// <summary>Sends until the subject has enough of it.</summary>
    private static ConformanceCase Endless(string id, ConformanceRule rule, string begin, string repeated, bool mayTakeAll = false)
        => new ConformanceCase($"http1/attacks/{id}", rule, "a refusal or the end of the connection, and the next connection works", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            await peer.SendAsync(begin, "begin");
            byte[] piece = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(Http1Peer.Fill(context, repeated), (64 * 1024 / repeated.Length)
                + 1)));
            Task sending = Task.Run(async () =>
            {
                for (int sent = 0; sent < 8 * Megabyte && !peer.Raw.IsSendBroken; sent += piece.Length)
                {
                    await peer.Raw.SendAsync(piece, "endless");
                }
            });
            Http1Reply reply = await ReadAsync(peer, sending, context);
            ConformanceFinding? dead = await IsAliveAsync(context);
            return dead ?? (reply.Answer?.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
                : reply.Missing == Http1NoAnswer.Silence && !mayTakeAll ? ConformanceFinding.Warn("nothing stopped it within 8 MiB")
                : reply is { IsWhole: true, Answer.Status: < 400 } && !mayTakeAll
                    ? ConformanceFinding.Warn($"nothing stopped it within 8 MiB; {reply}")
                : ConformanceFinding.Pass(reply.Text));
        }).Heavy();

    private static async Task<Http1Reply> ReadAsync(Http1Peer peer, Task sending, ConformanceContext context)
    {
        Http1Reply reply;
        do
        {
            bool isSent = sending.IsCompleted;
            reply = await peer.ReadAsync(new Http1Asked("GET"), patience: TimeSpan.FromMilliseconds(400));
            if (isSent)
            {
                break;
            }
        }
        while (reply is { Missing: Http1NoAnswer.Silence, Answer: null } && !context.Stop.IsCancellationRequested);
        return reply;
    }

    /// <summary>Connections that wait, or hang up, and beside them one that is answered.</summary>
    private static ConformanceCase Lives(string id, string text, int count = 1, bool hangsUp = false)
        => new ConformanceCase($"http1/attacks/{id}", Streams, "the next connection works", async context =>
        {
            List<Http1Peer> peers = [];
            try
            {
                for (int i = 0; i < count; i++)
                {
                    Http1Peer peer = await Http1Peer.ConnectAsync(context);
                    peers.Add(peer);
                    await peer.SendAsync(text, $"connection {i + 1}");
                    if (hangsUp)
                    {
                        await peer.DisposeAsync();
                    }
                }

                // What kills it may take a moment to.
                await (hangsUp ? Task.Delay(Moment, context.Stop) : peers[0].ReadAsync(Http1Asked.Of(text), patience: Moment));
                ConformanceFinding? dead = await IsAliveAsync(context);
                if (dead is null)
                {
                    await Task.Delay(Moment, context.Stop);
                    dead = await IsAliveAsync(context);
                }

                return dead ?? ConformanceFinding.Pass("the next connection works");
            }
            finally
            {
                foreach (Http1Peer peer in peers)
                {
                    await peer.DisposeAsync();
                }
            }
        }).Heavy();

    /// <summary>Many requests, whose answers nobody reads until they are sent.</summary>
    private static ConformanceCase Flood(string id, string request)
        => new ConformanceCase($"http1/attacks/{id}", Streams, "the next connection works", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            string filled = Http1Peer.Fill(context, request);
            byte[] all = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(filled, 2 * Megabyte / filled.Length)));
            Task sending = peer.Raw.SendAsync(all, "many requests");
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(500), context.Stop));
            ConformanceFinding? dead = await IsAliveAsync(context);
            Http1Reply first = await peer.ReadAsync(Http1Asked.Of(request));
            return dead ?? (first.Answer?.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
                : first.IsWhole || first.IsHangUp ? ConformanceFinding.Pass($"{first}")
                : first.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"{first}") : ConformanceFinding.Fail($"{first}"));
        }).Heavy();

    private static ConformanceCase TinyChunks()
        => new ConformanceCase("http1/attacks/chunked/of-one-byte", Streams, "the echo, or a refusal", async context =>
        {
            const int Count = 100_000;
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            Task sending = peer.SendAsync(Chunked($"{string.Concat(Enumerable.Repeat("1\r\na\r\n", Count))}0\r\n\r\n"), "chunks of one byte");
            Http1Reply reply = await peer.ReadAsync(new Http1Asked("POST"));
            return await IsAliveAsync(context) ?? (reply.Answer?.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
                : reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"{reply}")
                : reply is { IsWhole: true, Answer.Status: 200 } && reply.Answer.Body.Length != Count
                    ? ConformanceFinding.Fail($"{reply.Answer.Body.Length} bytes of {Count}")
                : ConformanceFinding.Pass($"{reply}"));
        }).Heavy();

    private static async Task<ConformanceFinding?> IsAliveAsync(ConformanceContext context)
    {
        await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
        Http1Reply reply = await peer.AskEchoAsync("alive");
        return reply is { IsWhole: true, Answer.Status: < 500 or 503 } ? null
            : reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"the next connection: {reply}")
            : ConformanceFinding.Fail($"the next connection: {reply}");
    }
}
