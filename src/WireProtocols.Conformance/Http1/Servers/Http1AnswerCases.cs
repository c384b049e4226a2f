using System.Globalization;
using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>HEAD, methods, and what a server says itself: every answer of every case is held to its grammar, these are about the rest.</summary>
internal static class Http1AnswerCases
{
    private static readonly string[] OfOneMessage
        = ["Date", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Age", "Set-Cookie", "Trailer", "Vary", "ETag", "Expires",
            "Server-Timing"];

    private static readonly ConformanceRule Head = ConformanceRule.Must(
        "RFC 9110 §9.3.2",
        "The HEAD method is identical to GET except that the server MUST NOT send content in the response.",
        "End the answer to HEAD with its head.");

    private static readonly ConformanceRule HeadLength = ConformanceRule.Must(
        "RFC 9110 §8.6",
        "a server MUST NOT send Content-Length in such a response unless its field value equals the decimal number of octets that would have "
            + "been sent in the content of a response if the same request had used the GET method.",
        "Send the length that GET would have, or none.");

    private static readonly ConformanceRule HeadFields = ConformanceRule.Should(
        "RFC 9110 §9.3.2",
        "The server SHOULD send the same header fields in response to a HEAD request as it would have sent if the request method had been GET.",
        "Build the head of HEAD as that of GET.");

    private static readonly ConformanceRule Date = ConformanceRule.Must(
        "RFC 9110 §6.6.1",
        "An origin server with a clock (as defined in Section 5.6.7) MUST generate a Date header field in all 2xx (Successful), 3xx "
            + "(Redirection), and 4xx (Client Error) responses, and MAY generate a Date header field in 1xx (Informational) and 5xx (Server "
            + "Error) responses.",
        "Send Date. Whether there is a clock cannot be seen, and so its absence is only warned of.");

    private static readonly ConformanceRule DateForm = ConformanceRule.Must(
        "RFC 9110 §5.6.7",
        "When a sender generates a field that contains one or more timestamps defined as HTTP-date, the sender MUST generate those timestamps in the "
            + "IMF-fixdate format.",
        "Write it as 'Sun, 06 Nov 1994 08:49:37 GMT'.");

    private static readonly ConformanceRule DateNow = ConformanceRule.Should(
        "RFC 9110 §6.6.1",
        "A sender that generates a Date header field SHOULD generate its field value as the best available approximation of the date and time "
            + "of message generation.",
        "Send the time of now, in UTC.");

    private static readonly ConformanceRule Downgrade = ConformanceRule.Should(
        "RFC 9112 §2.3",
        "Such protocol downgrades SHOULD NOT be performed unless triggered by specific client attributes, such as when one or more of the "
            + "request header fields (e.g., User-Agent) uniquely match the values sent by a client known to be in error.",
        "Answer HTTP/1.1 with HTTP/1.1.");

    private static readonly ConformanceRule Delimited = ConformanceRule.Should(
        "RFC 9112 §6.3",
        "Since there is no way to distinguish a successfully completed, close-delimited response message from a partially received message "
            + "interrupted by network failure, a server SHOULD generate encoding or length-delimited messages whenever possible.",
        "Send Content-Length or chunks.");

    private static readonly ConformanceRule NotModified = ConformanceRule.Must(
        "RFC 9110 §15.4.5",
        "The server generating a 304 response MUST generate any of the following header fields that would have been sent in a 200 (OK) response "
            + "to the same request: ... Content-Location, Date, ETag, and Vary",
        "Send them, and no content.");

    private static readonly ConformanceRule BadDate = ConformanceRule.Must(
        "RFC 9110 §13.1.3",
        "A recipient MUST ignore the If-Modified-Since header field if the received field value is not a valid HTTP-date, the field value has "
            + "more than one member, or if the request method is neither GET nor HEAD.",
        "Answer as if it were not there.");

    private static readonly ConformanceRule Unrecognized = ConformanceRule.Should(
        "RFC 9110 §9.1",
        "An origin server that receives a request method that is unrecognized or not implemented SHOULD respond with the 501 (Not Implemented) "
            + "status code.",
        "Answer 501, or 405 with Allow.");

    private static readonly ConformanceRule CaseSensitive = ConformanceRule.Must(
        "RFC 9112 §3.1",
        "The method token indicates the request method to be performed on the target resource. The request method is case-sensitive.",
        "'get' is another method than GET.");

    public static IEnumerable<ConformanceCase> All =>
    [
        IsRight("head/no-body", Head, Of("HEAD {target} HTTP/1.1", [], "")).ToCase(),
        IsRight("head/no-body-with-fields", Head, Of("HEAD {target} HTTP/1.1", ["Accept: */*", "User-Agent: wire"], "")).ToCase(),
        (IsRight("head/missing-target", Head, Of("HEAD /missing-here HTTP/1.1", [], "")) with { OnRefused = null }).ToCase(),
        EndsQuietly("head/old-version", Of("HEAD {target} HTTP/1.0", [], ""), ConformanceVerdict.Fail),
        EndsQuietly("head/close", Of("HEAD {target} HTTP/1.1", ["Connection: close"], ""), ConformanceVerdict.Fail),
        EndsQuietly("head/refused", "HEAD {target} HTTP/1.1\r\nAccept: */*\r\n\r\n", ConformanceVerdict.Warn),
        new("http1/head/length", HeadLength, "the length that GET has, or none", HeadLengthAsync),
        new("http1/head/fields", HeadFields, "the fields that GET has", HeadFieldsAsync),
        new("http1/responses/date", Date, "Date", context => DateAsync(context, Get())),
        new("http1/responses/date-in-errors", Date, "Date, where other answers have it", DateInErrorsAsync),
        new("http1/responses/date-form", DateForm, "an IMF-fixdate, or no Date", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, Get());
            return Judge(reply) ?? ConformanceFinding.Pass(reply.Answer!.All("Date").FirstOrDefault() ?? "no Date");
        }),
        new("http1/responses/date-now", DateNow, "the time of now", DateNowAsync),
        new("http1/responses/version", Downgrade, "HTTP/1.1", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, Get());
            return Judge(reply) ?? (reply.Answer!.IsOld ? ConformanceFinding.Warn($"{reply}") : ConformanceFinding.Pass($"{reply}"));
        }),
        EndsItself("get", Get()),
        EndsItself("post", Post("Content-Length: 5", Hello)),
        EndsItself("chunked", Chunked("5\r\nhello\r\n0\r\n\r\n")),
        EndsItself("empty-echo", Post("Content-Length: 0", "")),
        new("http1/responses/not-modified/etag", NotModified, "304 without content, or 200", context
            => NotModifiedAsync(context, "ETag", "If-None-Match")),
        new("http1/responses/not-modified/date", NotModified, "304 without content, or 200", context
            => NotModifiedAsync(context, "Last-Modified", "If-Modified-Since")),
        new("http1/responses/not-modified/no-date", BadDate, "200", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, Get("If-Modified-Since: yesterday"));
            return Judge(reply) ?? (reply.Answer!.Status == 304 ? ConformanceFinding.Fail($"{reply}") : ConformanceFinding.Pass($"{reply}"));
        }),
        IsRight("responses/old-version-echo", Http1Rules.Length, Of("POST {target} HTTP/1.0", ["Content-Length: 5"], Hello), Hello,
            ConformanceVerdict.Warn).ToCase(),
        IsRight("responses/old-version-large-echo", Http1Rules.Length,
            Of("POST {target} HTTP/1.0", ["Content-Length: 65536"], Http1FramingCases.Pattern(65536)),
            Http1FramingCases.Pattern(65536), ConformanceVerdict.Warn).ToCase(),
        (IsRight("responses/range", Http1Rules.Methods, Get("Range: bytes=0-0")) with { Tolerated = [416] }).ToCase(),
        (IsRight("responses/range-beyond", Http1Rules.Methods, Get("Range: bytes=99999999-")) with { Tolerated = [416] }).ToCase(),
        IsRight("responses/range-unknown-unit", Http1Rules.Methods, Get("Range: lines=0-0"), refused: ConformanceVerdict.Warn).ToCase(),
        .. new[] { "UNKNOWN", "M-SEARCH", "PROPFIND", "X!#$%&'*+-.^_`|~1" }.Select((m, i) =>
            IsOutsideGrammar($"methods/unknown-{i + 1}", Unrecognized, Of($"{m} {{target}} HTTP/1.1", [], "")).ToCase()),
        OtherCase("lower-case-get", "get", "GET"), OtherCase("mixed-case-get", "Get", "GET"), OtherCase("lower-case-post", "post", "POST"),
        OtherCase("lower-case-head", "head", "HEAD"), OtherCase("lower-case-options", "options", "OPTIONS"),
        OtherCase("letter-behind-get", "GETS", "GET"),
        OtherCase("cut-get", "GE", "GET"), OtherCase("letter-behind-post", "POSTS", "POST"),
    ];

    /// <summary>A method that is none. Where a made-up one is refused and this is not, it is taken for the one it resembles.</summary>
    private static ConformanceCase OtherCase(string id, string method, string known)
        => new($"http1/methods/{id}", CaseSensitive, $"another answer than to {known}", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, Of($"{method} {{target}} HTTP/1.1", ["Content-Length: 5"], Hello));
            if (reply.Answer?.FindBroken() is { } broken && known != "HEAD")
            {
                return ConformanceFinding.Fail(broken);
            }

            if (reply.Answer is not { Status: < 400 })
            {
                return reply.Missing == Http1NoAnswer.Silence && known != "HEAD" ? ConformanceFinding.Late(reply.Text)
                    : ConformanceFinding.Pass(reply.Text);
            }

            Http1Reply other = await Http1Peer.AskAsync(context, Of("QZX {target} HTTP/1.1", ["Content-Length: 5"], Hello));
            return other.Answer is { Status: >= 400 }
                ? ConformanceFinding.Fail($"'{method}' is answered with {reply}, and a method that there is not with {other}")
                : ConformanceFinding.Warn($"'{method}' is answered with {reply}, as is every method");
        });

    /// <summary>The head, and then the end; or what comes of the next request.</summary>
    private static ConformanceCase EndsQuietly(string id, string request, ConformanceVerdict said)
        => new($"http1/{id}", Head, "a head, and no byte behind it", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            await peer.SendAsync(request);
            Http1Reply reply = await peer.ReadAsync(Http1Asked.Of(request));
            if (Judge(reply) is { } wrong)
            {
                return wrong;
            }

            Http1Reply next = await peer.ReadAsync(new Http1Asked("POST"), patience: TimeSpan.FromMilliseconds(500));
            return next.Missing is Http1NoAnswer.End or Http1NoAnswer.Reset or Http1NoAnswer.Silence && next.Answer is null
                ? ConformanceFinding.Pass($"{reply}")
                : new ConformanceFinding(said, $"{reply} to HEAD, and then {next}");
        });

    private static ConformanceCase EndsItself(string id, string request)
        => new($"http1/responses/ends-itself/{id}", Delimited, "Content-Length or chunks", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, request);
            return Judge(reply) ?? (reply.Answer!.EndsWithConnection
                ? ConformanceFinding.Warn($"{reply} ends with the connection")
                : reply.Answer.Members("Transfer-Encoding").FirstOrDefault(c => !c.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                    is { } coding
                    ? ConformanceFinding.Fail(
                        $"the transfer coding '{coding}' was not asked for (RFC 9112 §7.4: the only acceptable transfer coding is chunked)")
                    : ConformanceFinding.Pass($"{reply}"));
        });

    private static async Task<ConformanceFinding> HeadLengthAsync(ConformanceContext context)
    {
        Http1Reply before = await Http1Peer.AskAsync(context, Get());
        Http1Reply head = await Http1Peer.AskAsync(context, Of("HEAD {target} HTTP/1.1", [], ""));
        Http1Reply after = await Http1Peer.AskAsync(context, Get());
        if ((Judge(before) ?? Judge(head) ?? Judge(after)) is { } wrong)
        {
            return wrong;
        }

        string[] lengths = head.Answer!.All("Content-Length");
        int length = before.Answer!.Body.Length;
        return lengths.Length == 0 ? ConformanceFinding.Pass("no Content-Length")
            : length != after.Answer!.Body.Length || before.Answer.Status != head.Answer.Status
                ? ConformanceFinding.Info("GET is not always answered alike")
            : lengths[0] == length.ToString(CultureInfo.InvariantCulture) ? ConformanceFinding.Pass($"{length}")
            : ConformanceFinding.Fail($"Content-Length is {lengths[0]}, and GET has {length} bytes");
    }

    private static async Task<ConformanceFinding> HeadFieldsAsync(ConformanceContext context)
    {
        Http1Reply get = await Http1Peer.AskAsync(context, Get());
        Http1Reply head = await Http1Peer.AskAsync(context, Of("HEAD {target} HTTP/1.1", [], ""));
        if ((Judge(get) ?? Judge(head)) is { } wrong)
        {
            return wrong;
        }

        if (get.Answer!.Status != head.Answer!.Status)
        {
            return ConformanceFinding.Warn($"{head}, and to GET {get}");
        }

        string[] missing =
        [
            .. get.Answer.Fields.Select(f => f.Name).Except(head.Answer.Fields.Select(f => f.Name), StringComparer.OrdinalIgnoreCase)
                .Except(OfOneMessage, StringComparer.OrdinalIgnoreCase),
        ];
        return missing.Length == 0 ? ConformanceFinding.Pass($"{head}") : ConformanceFinding.Warn($"HEAD lacks {string.Join(", ", missing)}");
    }

    private static async Task<ConformanceFinding> DateAsync(ConformanceContext context, string request)
    {
        Http1Reply reply = await Http1Peer.AskAsync(context, request);
        return Judge(reply) ?? (reply.Answer!.All("Date").Length > 0 || reply.Answer.Status >= 500
            ? ConformanceFinding.Pass($"{reply}") : ConformanceFinding.Warn($"{reply} has no Date"));
    }

    private static async Task<ConformanceFinding> DateInErrorsAsync(ConformanceContext context)
    {
        Http1Reply right = await Http1Peer.AskAsync(context, Get());
        if (Judge(right) is { } wrong)
        {
            return wrong;
        }

        return right.Answer!.All("Date").Length == 0 ? ConformanceFinding.Skip("no answer has Date")
            : await DateAsync(context, "GET {target} HTTP/1.1\r\n\r\n");
    }

    private static async Task<ConformanceFinding> DateNowAsync(ConformanceContext context)
    {
        Http1Reply reply = await Http1Peer.AskAsync(context, Get());
        return Judge(reply) ?? (reply.Answer!.All("Date") is not [var date, ..] || !Http1Dates.TryParse(date, out DateTime time)
            ? ConformanceFinding.Skip("no Date")
            : (time - DateTime.UtcNow).Duration() < TimeSpan.FromMinutes(5) ? ConformanceFinding.Pass(date)
            : ConformanceFinding.Warn($"Date is {date}, and here it is {DateTime.UtcNow:R}"));
    }

    private static async Task<ConformanceFinding> NotModifiedAsync(ConformanceContext context, string field, string condition)
    {
        Http1Reply first = await Http1Peer.AskAsync(context, Get());
        if (Judge(first) is { } wrong)
        {
            return wrong;
        }

        if (first.Answer!.All(field) is not [var value, ..])
        {
            return ConformanceFinding.Skip($"no {field}");
        }

        await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
        await peer.SendAsync(Get($"{condition}: {value}"));
        Http1Reply reply = await peer.ReadAsync(new Http1Asked("GET"));
        if (Judge(reply) is { } broken)
        {
            return broken;
        }

        string? missing = new[] { "ETag", "Date", "Content-Location", "Vary" }.FirstOrDefault(n => first.Answer.All(n).Length > 0
            && reply.Answer!.All(n).Length == 0);
        if (reply.Answer!.Status == 304 && missing is not null)
        {
            return ConformanceFinding.Fail($"{reply} lacks {missing}");
        }

        if (reply.Answer.Status == 304 && reply.Answer.All("Content-Length") is [var length, ..]
            && length != first.Answer.Body.Length.ToString(CultureInfo.InvariantCulture))
        {
            return ConformanceFinding.Fail($"{reply} has Content-Length {length}, and a 200 {first.Answer.Body.Length} (RFC 9110 §8.6: MUST NOT)");
        }

        Http1Reply next = await peer.AskEchoAsync("again");
        return next.IsHangUp || (next.IsWhole && next.Answer!.Body.AsSpan().SequenceEqual("again"u8))
            ? ConformanceFinding.Pass($"{reply}")
            : next.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late($"{reply}, and then {next}")
                : ConformanceFinding.Fail($"{reply}, and then {next}");
    }

    private static ConformanceFinding? Judge(Http1Reply reply)
        => reply.Answer?.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
            : reply.IsWhole ? null
            : reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late(reply.Text)
            : ConformanceFinding.Fail(reply.Text);
}
