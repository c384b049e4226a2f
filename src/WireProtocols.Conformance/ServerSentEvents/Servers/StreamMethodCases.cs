using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>Other methods than GET, and more than one request on a connection.</summary>
internal static class StreamMethodCases
{
    private static readonly ConformanceRule Head = ConformanceRule.Must(
        "RFC 9110 §9.3.2",
        "The HEAD method is identical to GET except that the server MUST NOT send content in the response.",
        "Answer HEAD with the head alone, and start no stream.");

    private static readonly ConformanceRule Allow = ConformanceRule.Must(
        "RFC 9110 §10.2.1",
        "An origin server MUST generate an Allow header field in a 405 (Method Not Allowed) response and MAY do so in any other response.",
        "Send Allow: GET, HEAD with 405.");

    private static readonly ConformanceRule Errors = ConformanceRule.Must(
        "RFC 9110 §15.6",
        "The 5xx (Server Error) class of status code indicates that the server is aware that it has erred or is incapable of performing the "
            + "requested method.",
        "A method that is not for this resource is no error of the server: 405.");

    private static readonly ConformanceRule Persistent = ConformanceRule.Must(
        "RFC 9112 §9.3",
        "A server that does not support persistent connections MUST send the \"close\" connection option in every response message that does not "
            + "have a 1xx (Informational) status code.",
        "Read the next request when the stream has ended, or say Connection: close.");

    private static readonly ConformanceRule Close = ConformanceRule.Must(
        "RFC 9112 §9.6",
        "A server that receives a \"close\" connection option MUST initiate closure of the connection (see below) after it sends the final "
            + "response to the request that contained the \"close\" connection option.",
        "Close the connection when the stream has ended.");

    public static IEnumerable<ConformanceCase> All =>
    [
        new("sse/methods/head", Head, "the head alone", HeadAsync),
        new("sse/methods/head-then-get", Head, "the stream, on the same connection", HeadThenGetAsync),
        .. new[] { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get" }.Select(Other),
        .. new[] { "POST", "PUT", "DELETE", "PATCH", "BREW" }.Select(WithAllow),
        new("sse/connection/keep-alive", Persistent, "the second response, or Connection: close in the first", KeepAliveAsync),
        new("sse/connection/close", Close, "the end of the connection behind the end of the stream", CloseAsync),
        new("sse/connection/close-kept", Persistent, "an end, where the response says Connection: close", ClosedAsync),
        StreamRequestPlay.Of("sse/connection/close-asked", Close, StreamAnswer.Stream, r => r.Add("Connection", "close")),
        StreamRequestPlay.Of("sse/connection/keep-alive-asked", Close, StreamAnswer.Stream, r => r.Add("Connection", "keep-alive")),
    ];

    /// <summary>No sentence says in so many words that every request is answered.</summary>
    private static ConformanceFinding Unanswered(StreamPeer peer) => peer.Last == FillResult.Silence
        ? new ConformanceFinding(ConformanceVerdict.Warn, "no answer in time", IsTimeout: true)
        : Warn("the connection ended without an answer");

    private static string NameOf(string method) => method == "get" ? "get-in-lower-case" : method.ToLowerInvariant();

    private static void Ask(StreamRequest request, string method)
    {
        request.Method = method;
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Add("Content-Type", "application/json").Add("Content-Length", "2").Content = "{}";
        }
    }

    private static ConformanceCase Other(string method)
        => new($"sse/methods/{NameOf(method)}", Errors, "an answer, and none of a server's error", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            await using StreamPeer peer = await StreamPeer.AskAsync(context, r => Ask(r, method));
            return peer.Head is not { } head
                ? Unanswered(peer)
                : head.Status is >= 500 and not (501 or 503) ? Fail($"'{head}'")
                : head.IsStream && method is not "POST" ? Info("the stream, as to GET")
                : await StreamRequestPlay.IsHarmedAsync(context) ?? Pass($"'{head}'");
        });

    private static ConformanceCase WithAllow(string method)
        => new($"sse/methods/allow/{NameOf(method)}", Allow, "Allow with 405", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            await using StreamPeer peer = await StreamPeer.AskAsync(context, r => Ask(r, method));
            return peer.Head is not { Status: 405 } head ? Skip($"the answer is {(peer.Head is { } other ? $"'{other}'" : "none")}, not 405")
                : head.All("Allow").Length == 0 ? Fail($"'{head}' without Allow")
                : Pass($"'{head}', Allow: {string.Join(", ", head.All("Allow"))}");
        });

    private static async Task<ConformanceFinding> HeadAsync(ConformanceContext context)
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        await using StreamPeer peer = await StreamPeer.AskAsync(context, r => r.Method = "HEAD");
        if (peer.Head is not { } head)
        {
            return Unanswered(peer);
        }

        // What is sent behind the head comes with it, or with the first event.
        StreamWatch watch = await StreamWatch.GetAsync(context);
        TimeSpan moment = TimeSpan.FromSeconds(0.3) + (watch.Arrivals.Count > 0 ? 2 * watch.Arrivals[0].At : TimeSpan.Zero);
        bool hasMore = peer.Raw.Buffered.Length > 0
            || await peer.Raw.FillAsync(moment < context.Options.Timeout ? moment : context.Options.Timeout) == FillResult.Data;
        return hasMore ? Fail($"'{head}', and content behind it")
            : head.Status is >= 500 and not (501 or 503) ? Fail($"'{head}'")
            : await StreamRequestPlay.IsHarmedAsync(context) is { } harm ? harm
            : head.Status >= 400 ? Info($"'{head}'")
            : head.Status == 200 && !head.IsEventStream ? Info($"Content-Type: {string.Join(" and ", head.All("Content-Type"))}")
            : Pass($"'{head}'");
    }

    private static async Task<ConformanceFinding> HeadThenGetAsync(ConformanceContext context)
    {
        if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
        {
            return none;
        }

        await using StreamPeer peer = await StreamPeer.AskAsync(context, r => r.Method = "HEAD");
        if (peer.Head is not { Status: 200 } first || first.SaysClose)
        {
            return Skip("HEAD is not answered with 200, or the connection is closed");
        }

        await peer.SendAsync(new StreamRequest(context.Subject));
        StreamHead? head = await peer.ReadHeadAsync();
        return head is { IsStream: true } ? Pass("the stream")
            : head is not null ? head.FindBrokenStatusLine() is { } broken ? Fail(broken) : Info($"'{head}'")
            : peer.Last == FillResult.Silence ? new ConformanceFinding(ConformanceVerdict.Warn, "no answer in time", IsTimeout: true)
            : Info("the connection ended");
    }

    private static async Task<ConformanceFinding> KeepAliveAsync(ConformanceContext context)
    {
        (ConformanceFinding? none, StreamPeer? peer) = await FinishAsync(context, _ => { });
        if (none is not null || peer is null)
        {
            return none!;
        }

        await using (peer)
        {
            if (peer.Framing!.EndsByClosing || peer.Head!.SaysClose || peer.Head.StatusLine.StartsWith("HTTP/1.0", StringComparison.Ordinal))
            {
                return Info("the connection ends with the stream, as the response says");
            }

            await peer.SendAsync(new StreamRequest(context.Subject));
            StreamHead? head = await peer.ReadHeadAsync();
            return head is { IsStream: true } ? Pass("the stream again")
                : head is not null ? head.FindBrokenStatusLine() is { } broken ? Fail(broken) : Info($"'{head}'")
                : peer.Last == FillResult.Silence ? Late("no answer to a second request on the connection")
                : Warn("the connection ended, and the response had not said so");
        }
    }

    private static async Task<ConformanceFinding> CloseAsync(ConformanceContext context)
    {
        (ConformanceFinding? none, StreamPeer? peer) = await FinishAsync(context, r => r.Add("Connection", "close"));
        if (none is not null || peer is null)
        {
            return none!;
        }

        await using (peer)
        {
            return peer.Framing!.EndsByClosing || await peer.Raw.FillAsync(context.Options.Timeout) is FillResult.End or FillResult.Reset
                ? Pass("the connection ended") : Late("the stream has ended, and the connection has not");
        }
    }

    private static async Task<ConformanceFinding> ClosedAsync(ConformanceContext context)
    {
        (ConformanceFinding? none, StreamPeer? peer) = await FinishAsync(context, _ => { });
        if (none is not null || peer is null)
        {
            return none!;
        }

        await using (peer)
        {
            return !peer.Head!.SaysClose || peer.Framing!.EndsByClosing ? Pass("the response does not say close, or ended so")
                : await peer.Raw.FillAsync(context.Options.Timeout) is FillResult.End or FillResult.Reset ? Pass("the connection ended")
                : Late("the response says Connection: close, and the connection does not end");
        }
    }

    /// <summary>A stream read to its end, where it has one.</summary>
    private static async Task<(ConformanceFinding? None, StreamPeer? Peer)> FinishAsync(ConformanceContext context, Action<StreamRequest> edit)
    {
        StreamWatch watch = await StreamWatch.GetAsync(context);
        if (watch.End != StreamWatchEnd.Complete || watch.Head is not { Status: 200 })
        {
            return (Skip("the stream does not end while it is watched"), null);
        }

        StreamPeer peer = await StreamPeer.AskAsync(context, edit);
        while (peer.Head is not null && await peer.ReadAsync(context.Options.Timeout + watch.Duration))
        {
        }

        if (peer.IsComplete)
        {
            return (null, peer);
        }

        await peer.DisposeAsync();
        return (peer.Last == FillResult.Silence ? Late("the stream does not end, as it did before") : Fail("the stream did not end as it should"),
            null);
    }
}
