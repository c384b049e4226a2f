using System.Globalization;
using System.Text;
using static WireProtocols.Conformance.ConformanceFinding;
using static WireProtocols.Conformance.ReaderPlay;

namespace WireProtocols.Conformance;

/// <summary>What a client does when its stream has ended. One that does not connect again is asked nothing here.</summary>
internal static class ReaderReconnectCases
{
    private static readonly ConformanceRule Again = ConformanceRule.Must(
        "HTML §9.2.2",
        "Let processEventSourceEndOfBody given response res be the following step: if res is not a network error, then reestablish the connection.",
        "Connect again when a stream has ended, however it was framed.");

    private static readonly ConformanceRule LastId = ConformanceRule.Must(
        "HTML §9.2.3",
        "Let lastEventIDValue be the EventSource object's last event ID string, encoded as UTF-8. ... Set (`Last-Event-ID`, lastEventIDValue) in "
            + "request's header list.",
        "Send the id of the last block that was whole, as UTF-8, and no field at all when it is empty.");

    private static readonly ConformanceRule Time = ConformanceRule.Must(
        "HTML §9.2.3", "Wait a delay equal to the reconnection time of the event source.",
        "Wait as long as the last right retry field says, at least.");

    private static readonly ConformanceRule Fresh = ConformanceRule.Must(
        "HTML §9.2.6",
        "When a stream is parsed, a data buffer, an event type buffer, and a last event ID buffer must be associated with it. They must be "
            + "initialized to the empty string.",
        "Begin each connection with a new parser; only the last event id is kept.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Comes("after-last-chunk", Again, r => r),
        Comes("after-length", Again, r => r with { Framing = ReaderFraming.Length }),
        Comes("after-closing", Again, r => r with { Framing = ReaderFraming.Closing }),
        Comes("after-cut-off", Again, r => r with { Ending = ReaderEnding.Close }),
        Comes("after-reset", Again, r => r with { Ending = ReaderEnding.Reset, Pause = TimeSpan.FromMilliseconds(60) }),
        .. new (string Name, string Stream)[]
        {
            ("one", "id: 1\ndata: a\n\n"), ("last-of-two", "id: 1\ndata: a\n\nid: 2\ndata: b\n\n"), ("persists", "id: 1\ndata: a\n\ndata: b\n\n"),
            ("none", "data: a\n\n"),
            ("emptied", "id: 1\ndata: a\n\nid:\ndata: b\n\n"), ("emptied-bare", "id: 1\ndata: a\n\nid\ndata: b\n\n"), ("without-data", "id: 7\n\n"),
            ("word", "id: abc-def\ndata: a\n\n"),
            ("spaces-inside", "id: a b c\ndata: a\n\n"), ("utf-8", "id: größe-日本-🙂\ndata: a\n\n"), ("nul", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n"),
            ("long", $"id: {new string('i', 500)}\ndata: a\n\n"),
            ("colon", "id: 12:30\ndata: a\n\n"), ("leading-zeros", "id: 007\ndata: a\n\n"), ("quotes", "id: \"1\", 2; x=y\ndata: a\n\n"),
            ("percent", "id: %41%0A\ndata: a\n\n"),
            ("behind-comment", "id: 1\n: c\ndata: a\n\n"), ("zero", "id: 0\ndata: a\n\n"), ("false", "id: false\ndata: a\n\n"),
            ("null", "id: null\ndata: a\n\n"),
        }.Select(r => Sends($"last-event-id/{r.Name}", Bytes(r.Stream), [])),
        Sends("last-event-id/unfinished", Bytes("id: 1\ndata: a\n\n"), Bytes("id: 2\ndata: b\n")),
        Sends("last-event-id/unfinished-alone", [], Bytes("id: 2\ndata: b")),
        Sends("last-event-id/unfinished-line", Bytes("id: 1\ndata: a\n\n"), Bytes("id: 2")),
        Waits("digits", "retry: 400\n\n", 400),
        Waits("last-of-two", "retry: 10\n\nretry: 400\n\n", 400),
        Waits("without-data", "retry: 400\n", 400),
        .. new[] { ("word", "x"), ("negative", "-1"), ("fraction", "1.5"), ("empty", ""), ("unit", "1ms"), ("space", " 1"), ("plus", "+1"),
            ("hex", "0x1"), ("exponent", "1e0"), ("trailing-space", "1 "), ("nul", "1\0"), ("arabic", "١") }
            .Select(r => Waits($"ignores-{r.Item1}", $"retry: 400\n\nretry: {r.Item2}\n\n", 400)),
        Waits("ignores-case", "retry: 400\n\nRetry: 1\n\n", 400),
        Waits("ignores-comment", "retry: 400\n\n:retry: 1\n\n", 400),
        Soon("zero", "retry: 0\n\n"),
        Soon("ignores-huge-word", "retry: 10\n\nretry: 100000x\n\n"),
        Soon("leading-zeros", "retry: 0000000000000000000000010\n\n"),
        Second("data-is-forgotten", "data: lost\n", "data: a\n\n"),
        Second("type-is-forgotten", "event: tick\n", "data: a\n\n"),
        Second("line-is-forgotten", "data: lo", "st\ndata: a\n\n"),
        Second("bom-again", "data: a\n\n", "\ufeffdata: b\n\n"),
        Second("cr-then-lf", "data: a\r", "\ndata: b\n\n"),
        Second("id-is-kept", "id: 1\ndata: a\n\n", "data: b\n\n"),
        Second("half-character", "data: a\u00e9", "data: b\n\n", cut: 1),
        ClientCase.Of("sse-client/reconnect/twice", Again, "a third stream behind the second", TwiceAsync),
    ];

    private static bool CannotCome(ReaderTalk talk) => talk.HasReported && (!talk.IsNamed || talk.Context.Ended is not null);

    /// <summary>Answers until the client has come a second time, or will not come.</summary>
    private static async Task<ConformanceFinding?> ComeAsync(ReaderTalk talk, ReaderReply first, ReaderReply? second = null)
    {
        Task AnswerAsync(ClientArrival arrival, int number)
            => (number switch { 0 => first, 1 => second ?? ReaderReply.Stop, _ => ReaderReply.Stop }).SendAsync(arrival);

        await talk.RunAsync(AnswerAsync, () => talk.HasReported || talk.Requests.Count > 1 || talk.Context.Ended is not null, Patience(talk));
        if (talk.Requests.Count == 1 && talk.HasReported && talk.IsNamed && talk.Context.Ended is null)
        {
            await talk.RunAsync(AnswerAsync, () => talk.Requests.Count > 1 || talk.Context.Ended is not null, TimeSpan.FromSeconds(2));
        }

        return talk.Requests.Count > 1 ? null
            : talk.Requests.Count == 0 ? NothingSaid(talk)
            : talk.HasReported || talk.Context.Ended is not null || CannotCome(talk) ? Skip("the client does not connect again") : null;
    }

    private static ConformanceCase Comes(string name, ConformanceRule rule, Func<ReaderReply, ReaderReply> frame)
        => ClientCase.Of($"sse-client/reconnect/{name}", rule, "a second request, with Last-Event-ID: 1", async context =>
        {
            ReaderTalk talk = new(context);
            ConformanceFinding? none = await ComeAsync(talk, frame(ReaderReply.Of([.. "id: 1\ndata: a\n\n"u8, .. End])));
            await talk.EndAsync();
            return none ?? (talk.Requests.Count < 2 ? Late("no second request came in time") : JudgeId(talk, "1"));
        });

    private static ConformanceFinding JudgeId(ReaderTalk talk, string right)
    {
        string[] sent = talk.Requests[1].Head.All("Last-Event-ID");
        string bytes = StreamBytes(right);
        return right.Length == 0
            ? sent.Length == 0 ? Pass("no Last-Event-ID") : Fail($"Last-Event-ID: '{ReaderEvent.Show(sent[0])}', and there is none")
            : sent.Length == 0 ? Fail($"no Last-Event-ID, and the last one was '{ReaderEvent.Show(right)}'")
            : sent.Length > 1 ? Fail("Last-Event-ID stands twice")
            : sent[0] == bytes ? Pass($"Last-Event-ID: {ReaderEvent.Show(right)}")
            : Fail($"Last-Event-ID: '{ReaderEvent.Show(sent[0])}' and not '{ReaderEvent.Show(bytes)}'");
    }

    private static string StreamBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>What stands in Last-Event-ID behind a stream.</summary>
    private static ConformanceCase Sends(string name, byte[] stream, byte[] unfinished)
        => ClientCase.Of($"sse-client/reconnect/{name}", LastId, "Last-Event-ID as it was", async context =>
        {
            byte[] all = [.. stream, .. End, .. unfinished];
            ReaderReference reference = new();
            reference.Read(all);
            ReaderTalk talk = new(context);
            ConformanceFinding? none = await ComeAsync(talk, ReaderReply.Of(all));
            await talk.EndAsync();
            return none ?? (talk.Requests.Count < 2 ? Late("no second request came in time") : JudgeId(talk, reference.LastEventId));
        });

    private static ConformanceCase Waits(string name, string retry, int milliseconds)
        => ClientCase.Of($"sse-client/retry-time/{name}", Time, $"a second request after {milliseconds} ms or more", async context =>
        {
            ReaderTalk talk = new(context);
            ConformanceFinding? none = await ComeAsync(talk, ReaderReply.Of(Bytes(retry + "data: a\n\n")) with
            {
                Ending = ReaderEnding.Close,
                IsWhole = true
            });
            await talk.EndAsync();
            if (none is not null || talk.Requests.Count < 2)
            {
                return none ?? Late("no second request came in time");
            }

            // The head that was sent is as early as the client can have known of the end; a timer may be early by a tick.
            double waited = (talk.Requests[1].At - talk.Requests[0].At).TotalMilliseconds;
            string text = string.Create(CultureInfo.InvariantCulture, $"after {waited:0} ms");
            return waited >= milliseconds - 50 ? Pass(text) : Fail($"the second request came {text}");
        });

    private static ConformanceCase Soon(string name, string retry)
        => ClientCase.Of($"sse-client/retry-time/{name}", Time, "a second request, soon", async context =>
        {
            ReaderTalk talk = new(context);
            ConformanceFinding? none = await ComeAsync(talk, ReaderReply.Of(Bytes(retry + "data: a\n\n")));
            await talk.EndAsync();
            return none ?? (talk.Requests.Count < 2 ? Late("no second request came in time") : Pass("it came again"));
        });

    /// <summary>The first stream ends, and the second one is read as the standard says.</summary>
    private static ConformanceCase Second(string name, string first, string second, int cut = 0)
        => ClientCase.Of($"sse-client/reconnect/{name}", Fresh, "the events of both streams, each for itself", async context =>
        {
            byte[] one = [.. End, .. Bytes(first)[..^cut]];
            byte[] two = [.. Bytes(second), .. End];
            ReaderReference reference = new();
            ReaderEvent[] before = [.. reference.Read(one)];
            ReaderEvent[] right = [.. before, .. new ReaderReference(reference.LastEventId).Read(two)];
            ReaderTalk talk = new(context);
            ConformanceFinding? none = await ComeAsync(talk, ReaderReply.Of(one), ReaderReply.Of(two));
            if (none is not null || talk.Requests.Count < 2)
            {
                await talk.EndAsync();
                return none ?? Late("no second request came in time");
            }

            ConformanceFinding finding = await SeeAsync(talk, right, false, (arrival, _) => ReaderReply.Stop.SendAsync(arrival));
            await talk.EndAsync();
            return finding;
        });

    private static async Task<ConformanceFinding> TwiceAsync(ClientContext context)
    {
        ReaderTalk talk = new(context);
        ReaderReply Stream(string id) => ReaderReply.Of([.. Bytes($"id: {id}\ndata: a\n\n"), .. End]);
        ConformanceFinding? none = await ComeAsync(talk, Stream("1"), Stream("2"));
        if (none is null && talk.Requests.Count == 2)
        {
            await talk.RunAsync((arrival, _) => ReaderReply.Stop.SendAsync(arrival),
                () => talk.Requests.Count > 2 || talk.HasReported || context.Ended is not null, Patience(talk));
        }

        await talk.EndAsync();
        return none ?? (talk.Requests.Count < 3 ? Skip("the client does not connect a third time")
            : talk.Requests[2].Head.All("Last-Event-ID") is ["2"] ? Pass("Last-Event-ID: 2")
            : Fail($"Last-Event-ID: '{string.Join(" / ", talk.Requests[2].Head.All("Last-Event-ID"))}' and not '2'"));
    }
}
