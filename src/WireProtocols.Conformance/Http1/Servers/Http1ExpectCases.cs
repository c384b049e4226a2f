using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Expect: 100-continue, and what stands between a request and its answer.</summary>
internal static class Http1ExpectCases
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private static readonly ConformanceRule Continue = ConformanceRule.Must(
        "RFC 9110 §10.1.1",
        "an immediate 100 (Continue) response to encourage the client to send the request content. The origin server MUST NOT wait for the "
            + "content before sending the 100 (Continue) response.",
        "Send 100 (Continue), or a final answer, when the head is there.");

    private static readonly ConformanceRule Names = ConformanceRule.Must(
        "RFC 9110 §10.1.1",
        "The Expect field value is case-insensitive.",
        "Compare '100-continue' without regard to case.");

    private static readonly ConformanceRule Old = ConformanceRule.Must(
        "RFC 9110 §10.1.1",
        "A server that receives a 100-continue expectation in an HTTP/1.0 request MUST ignore that expectation.",
        "Send no 1xx to HTTP/1.0.");

    private static readonly ConformanceRule Final = ConformanceRule.Must(
        "RFC 9110 §10.1.1",
        "A server that sends a 100 (Continue) response MUST ultimately send a final status code, once it receives and processes the request "
            + "content, unless the connection is closed prematurely.",
        "One final answer a request, and no 100 behind it.");

    private static readonly ConformanceRule Other = ConformanceRule.Should(
        "RFC 9110 §10.1.1",
        "A server that receives an Expect field value containing a member other than 100-continue MAY respond with a 417 (Expectation Failed) "
            + "status code to indicate that the unexpected expectation cannot be met.",
        "Ignore it, or answer with 417.");

    private static readonly ConformanceRule Unasked = ConformanceRule.Should(
        "RFC 9110 §10.1.1",
        "A client that will wait for a 100 (Continue) response before sending the request content MUST send an Expect header field containing a "
            + "100-continue expectation.",
        "Send 100 where it was asked for.");

    private static readonly ConformanceRule Upgrade = ConformanceRule.Must(
        "RFC 9110 §7.8",
        "A server MUST NOT switch to a protocol that was not indicated by the client in the corresponding request's Upgrade header field.",
        "Ignore an Upgrade to what you do not speak.");

    private static readonly ConformanceRule OldUpgrade = ConformanceRule.Must(
        "RFC 9110 §7.8",
        "A server that receives an Upgrade header field in an HTTP/1.0 request MUST ignore that Upgrade field.",
        "Ignore Upgrade in HTTP/1.0.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Waits("continue", Continue, ["Expect: 100-continue", "Content-Length: 5"], Hello),
        Waits("continue-chunked", Continue, ["Expect: 100-continue", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"),
        Waits("first-field", Continue, ["Content-Length: 5", "Expect: 100-continue"], Hello),
        Waits("upper-case", Names, ["Expect: 100-CONTINUE", "Content-Length: 5"], Hello),
        Waits("mixed-case", Names, ["Expect: 100-Continue", "Content-Length: 5"], Hello),
        Waits("lower-case-name", Http1Rules.Names, ["expect: 100-continue", "Content-Length: 5"], Hello),
        Waits("no-space", Http1Rules.Whitespace, ["Expect:100-continue", "Content-Length: 5"], Hello),
        Waits("tab-behind", Http1Rules.Whitespace, ["Expect: 100-continue\t", "Content-Length: 5"], Hello),
        AtOnce("body-there", Final, Post(["Expect: 100-continue", "Content-Length: 5"], Hello), Hello),
        AtOnce("body-there-chunked", Final, Post(["Expect: 100-continue", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"), Hello),
        AtOnce("no-body", Final, Post(["Expect: 100-continue", "Content-Length: 0"], ""), ""),
        AtOnce("get", Final, Get("Expect: 100-continue"), null),
        NoContinue("old-version", Old, Of("POST {target} HTTP/1.0", ["Expect: 100-continue", "Content-Length: 5"], ""), isFailure: true),
        NoContinue("old-version-keep-alive", Old, Of("POST {target} HTTP/1.0",
            ["Connection: keep-alive", "Expect: 100-continue", "Content-Length: 5"], ""), true),
        NoContinue("unasked", Unasked, Of("POST {target} HTTP/1.1", ["Content-Length: 5"], ""), isFailure: false),
        (IsRight("expect/unknown", Other, Post(["Expect: something", "Content-Length: 5"], Hello), Hello, ConformanceVerdict.Warn)
            with { Tolerated = [417] }).ToCase(),
        (IsRight("expect/unknown-with-value", Other, Post(["Expect: a=b", "Content-Length: 5"], Hello), Hello, ConformanceVerdict.Warn)
            with { Tolerated = [417] }).ToCase(),
        (IsRight("expect/list", Other, Post(["Expect: 100-continue, something", "Content-Length: 5"], Hello), Hello, ConformanceVerdict.Warn)
            with { Tolerated = [417] }).ToCase(),
        Is400("expect/no-host", Http1Rules.Host, "POST {target} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").ToCase(),
        IsUnframed("expect/bad-length", Http1Rules.InvalidLength, Post(["Expect: 100-continue", "Content-Length: +5"], "")).ToCase(),
        IsUnframed("expect/bad-coding", Http1Rules.ChunkedLast, Post(["Expect: 100-continue", "Transfer-Encoding: identity"], ""), 501).ToCase(),
        Ignored("upgrade/unknown", Upgrade, Get("Connection: upgrade", "Upgrade: unknown/1")),
        Ignored("upgrade/no-option", Upgrade, Get("Upgrade: unknown/1")),
        Ignored("upgrade/list", Upgrade, Get("Connection: upgrade", "Upgrade: unknown/1, other/2")),
        Ignored("upgrade/option-alone", Upgrade, Get("Connection: upgrade")),
        Ignored("upgrade/post", Upgrade, Post(["Connection: upgrade", "Upgrade: unknown/1", "Content-Length: 5"], Hello)),
        Ignored("upgrade/old-version", OldUpgrade, Of("GET {target} HTTP/1.0", ["Connection: upgrade", "Upgrade: websocket"], "")),
    ];

    /// <summary>The head alone; the body when it is asked for.</summary>
    private static ConformanceCase Waits(string id, ConformanceRule rule, string[] lines, string body)
        => new($"http1/expect/{id}", rule, "100 at once, and the echo behind the body", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            Http1Asked asked = new("POST");
            await peer.SendAsync(Of("POST {target} HTTP/1.1", lines, ""), "head");
            Http1Reply first = await peer.ReadAsync(asked, stopsAtInterim: true);
            if (Judge(first) is { } wrong)
            {
                return wrong;
            }

            if (!first.Answer!.IsInterim)
            {
                return first.Answer.Status >= 400 ? ConformanceFinding.Info($"{first}, which it may")
                    : ConformanceFinding.Fail($"{first} is final, and the body is not there yet");
            }

            if (first.Answer.Status != 100)
            {
                return ConformanceFinding.Info(first.Text);
            }

            await peer.SendAsync(body, "body");
            return await JudgeFinalAsync(peer, await peer.ReadAsync(asked), Hello);
        });

    private static ConformanceCase AtOnce(string id, ConformanceRule rule, string request, string? echo)
        => new($"http1/expect/{id}", rule, "one final answer, with or without a 100 before it", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            await peer.SendAsync(request);
            return await JudgeFinalAsync(peer, await peer.ReadAsync(Http1Asked.Of(request)), echo);
        });

    private static async Task<ConformanceFinding> JudgeFinalAsync(Http1Peer peer, Http1Reply final, string? echo)
    {
        if (Judge(final) is { } wrong)
        {
            return wrong;
        }

        if (final.Answer!.Status >= 400)
        {
            return ConformanceFinding.Info($"refused with {final}");
        }

        if (echo is not null && !final.Answer.Body.AsSpan().SequenceEqual(System.Text.Encoding.Latin1.GetBytes(echo)))
        {
            return ConformanceFinding.Fail($"{final} with {final.Answer.Body.Length} bytes is not the echo");
        }

        Http1Reply next = await peer.AskEchoAsync("again");
        return next.IsHangUp ? ConformanceFinding.Pass($"{final}, and {next}")
            : Judge(next) is { } broken ? broken
            : next.Answer!.Interims.FirstOrDefault(i => i.Status == 100) is { } late ? ConformanceFinding.Fail($"{final}, and then '{late}'")
            : !next.Answer.Body.AsSpan().SequenceEqual("again"u8) ? ConformanceFinding.Fail($"{final}, and then {next}")
            : ConformanceFinding.Pass($"{string.Concat(final.Answer.Interims.Select(i => $"'{i}', "))}{final}");
    }

    private static ConformanceCase NoContinue(string id, ConformanceRule rule, string head, bool isFailure)
        => new($"http1/expect/{id}", rule, "no 100, and the echo behind the body", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            Http1Asked asked = Http1Asked.Of(head);
            await peer.SendAsync(head, "head");
            Http1Reply first = await peer.ReadAsync(asked, stopsAtInterim: true, Pause);
            if (first.Answer is { IsInterim: true, Status: 100 } interim)
            {
                return isFailure ? ConformanceFinding.Fail($"'{interim}'") : ConformanceFinding.Warn($"'{interim}', which nobody asked for");
            }

            if (first.IsWhole)
            {
                return first.Answer!.Status >= 400 ? ConformanceFinding.Info($"{first}")
                    : ConformanceFinding.Fail($"{first}, and the body is not there yet");
            }

            await peer.SendAsync(Hello, "body");
            Http1Reply final = await peer.ReadAsync(asked, stopsAtInterim: true);
            return Judge(final) ?? (final.Answer!.IsInterim
                ? isFailure ? ConformanceFinding.Fail($"{final}") : ConformanceFinding.Warn($"{final}, which nobody asked for")
                : final.Answer.Status >= 400 || final.Answer.Body.AsSpan().SequenceEqual("hello"u8) ? ConformanceFinding.Pass($"{final}")
                : ConformanceFinding.Fail($"{final} with {final.Answer.Body.Length} bytes is not the echo"));
        });

    /// <summary>An Upgrade that nobody can follow.</summary>
    private static ConformanceCase Ignored(string id, ConformanceRule rule, string request)
        => new($"http1/{id}", rule, "an ordinary answer", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, request);
            return Judge(reply) ?? (reply.Answer!.Status == 101 ? ConformanceFinding.Fail($"{reply}")
                : reply.Answer.Status >= 400 ? ConformanceFinding.Info($"{reply}: a server MAY ignore Upgrade")
                    : ConformanceFinding.Pass($"{reply}"));
        });

    private static ConformanceFinding? Judge(Http1Reply reply)
        => reply.Answer?.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
            : reply.IsWhole ? null
            : reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late(reply.Text)
            : ConformanceFinding.Fail(reply.Text);
}
