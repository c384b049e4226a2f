using System.Text.RegularExpressions;

namespace WireProtocols.Conformance;

/// <summary>The request as a client sends it.</summary>
internal static partial class Http1ClientRequestCases
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

    private static readonly string[] Singletons
        = ["Host", "User-Agent", "Content-Length", "Content-Type", "Authorization", "Referer", "From", "Date", "Max-Forwards", "Range",
            "If-Modified-Since"];

    private static readonly ConformanceRule Grammar = ConformanceRule.Must(
        "RFC 9110 §2.2",
        "A sender MUST NOT generate protocol elements that do not match the grammar defined by the corresponding ABNF rules.",
        "Write a request line and field lines, each with CRLF, and an empty one.");

    private static readonly ConformanceRule Target = ConformanceRule.Must(
        "RFC 9112 §3.2.1",
        "When making a request directly to an origin server, other than a CONNECT or server-wide OPTIONS request (as detailed below), a client "
            + "MUST send only the absolute path and query components of the target URI as the request-target.",
        "Send the path and the query of the URL.");

    private static readonly ConformanceRule Host = ConformanceRule.Must(
        "RFC 9112 §3.2",
        "A client MUST send a Host header field (Section 7.2 of [HTTP]) in all HTTP/1.1 request messages. If the target URI includes an "
            + "authority component, then a client MUST send a field value for Host that is identical to that authority component, excluding any "
            + "userinfo subcomponent and its \"@\" delimiter (Section 4.2 of [HTTP]).",
        "One Host, with the port unless it is the scheme's own.");

    private static readonly ConformanceRule Extra = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "An HTTP/1.1 user agent MUST NOT preface or follow a request with an extra CRLF.",
        "Send no line end before and behind a request.");

    private static readonly ConformanceRule BareReturn = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "A sender MUST NOT generate a bare CR (a CR character not immediately followed by LF) within any protocol elements other than the content.",
        "End lines with CRLF.");

    private static readonly ConformanceRule Fold = ConformanceRule.Must(
        "RFC 9112 §5.2",
        "A sender MUST NOT generate a message that includes line folding (i.e., that has any field line value that contains a match to the "
            + "obs-fold rule) unless the message is intended for packaging within the \"message/http\" media type.",
        "One field, one line.");

    private static readonly ConformanceRule Once = ConformanceRule.Must(
        "RFC 9110 §5.3",
        "a sender MUST NOT generate multiple field lines with the same name in a message (whether in the headers or trailers) or append a field "
            + "line when a field line of the same name already exists in the message, unless that field's definition allows multiple field line "
            + "values to be recombined as a comma-separated list",
        "Send each field once.");

    private static readonly ConformanceRule Length = ConformanceRule.Should(
        "RFC 9110 §8.6",
        "A user agent SHOULD NOT send a Content-Length header field when the request message does not contain content and the method semantics "
            + "do not anticipate such data.",
        "Send no Content-Length with GET.");

    private static readonly ConformanceRule Both = ConformanceRule.Must(
        "RFC 9112 §6.2",
        "A sender MUST NOT send a Content-Length header field in any message that contains a Transfer-Encoding header field.",
        "One of the two.");

    private static readonly ConformanceRule Te = ConformanceRule.Must(
        "RFC 9112 §7.4",
        "A client MUST NOT send the chunked transfer coding name in TE; chunked is always acceptable for HTTP/1.1 recipients.",
        "Leave chunked out of TE.");

    private static readonly ConformanceRule TeOption = ConformanceRule.Must(
        "RFC 9112 §7.4",
        "Since the TE header field only applies to the immediate connection, a sender of TE MUST also send a \"TE\" connection option within "
            + "the Connection header field (Section 7.6.1 of [HTTP]) in order to prevent the TE header field from being forwarded by "
            + "intermediaries that do not support its semantics.",
        "Connection: TE");

    private static readonly ConformanceRule UpgradeOption = ConformanceRule.Must(
        "RFC 9110 §7.8",
        "A sender of Upgrade MUST also send an \"Upgrade\" connection option in the Connection header field (Section 7.6.1) to inform "
            + "intermediaries not to forward this field.",
        "Connection: Upgrade");

    private static readonly ConformanceRule Expect = ConformanceRule.Must(
        "RFC 9110 §10.1.1",
        "A client MUST NOT generate a 100-continue expectation in a request that does not include content.",
        "Send Expect with content alone.");

    private static readonly ConformanceRule Version = ConformanceRule.Should(
        "RFC 9110 §6.2",
        "A client SHOULD send a request version equal to the highest version to which the client is conformant and whose major version is no "
            + "higher than the highest version supported by the server, if this is known.",
        "Send HTTP/1.1.");

    private static readonly ConformanceRule Options = ConformanceRule.Must(
        "RFC 9110 §7.6.1",
        "Connection = #connection-option",
        "Tokens, with commas between them.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Case("line", Grammar, "method SP target SP version", (r, _) => RequestLine().IsMatch(r.FirstLine) ? null
            : $"the request line is '{r.FirstLine}'"),
        Case("method", Http1Rules.Methods, "GET", (r, _) => r.Method == "GET" ? null : $"the method is '{r.Method}'"),
        Case("version", Version, "HTTP/1.1", (r, _) => r.Version == "HTTP/1.1" ? null : $"the version is '{r.Version}'"),
        Case("target", Target, "the path of the URL", FindWrongTarget),
        Case("fragment", Target, "no fragment", (r, _) => r.Target.Contains('#') ? $"the target is '{r.Target}'" : null),
        Case("host/there", Host, "a Host", (r, _) => r.Version == "HTTP/1.0" || r.All("Host").Length > 0 ? null : "there is no Host"),
        Case("host/once", Host, "one Host", (r, _) => r.All("Host").Length > 1 ? $"Host stands {r.All("Host").Length} times" : null),
        Case("host/value", Host, "host and port of the URL", (r, c) => r.All("Host") is [var host, ..]
            && !host.Equals(c.Subject.Authority, StringComparison.OrdinalIgnoreCase)
            ? $"Host is '{host}' and not '{c.Subject.Authority}'" : null),
        Case("line-ends", Grammar, "CRLF behind each line", (r, _) => r.Head.AsSpan().Count("\n"u8) != r.Head.AsSpan().Count("\r\n"u8)
            ? "a line of the head does not end in CRLF" : null),
        Case("bare-cr", BareReturn, "no bare CR", (r, _) => r.Head.AsSpan().Count("\r"u8) != r.Head.AsSpan().Count("\r\n"u8)
            ? "the head has a bare CR" : null),
        Case("field-lines", Grammar, "names that are tokens, and a colon", (r, _)
            => r.Lines.FirstOrDefault(l => l[0] is not (' ' or '\t') && !FieldLine().IsMatch(l))
            is { } line ? $"'{line}' is no field line (RFC 9112 §5: field-name \":\" OWS field-value OWS)" : null),
        Case("folding", Fold, "no folded line", (r, _) => r.Lines.FirstOrDefault(l => l[0] is ' ' or '\t') is { } line ? $"'{line}' is folded"
            : null),
        Case("values", Grammar, "values without control characters", (r, _)
            => r.Lines.FirstOrDefault(l => l.Any(c => c is (< ' ' and not '\t') or '\u007f')) is { } line
            ? $"'{Http1Text.Visible(line)}' has a control character" : null),
        Case("once", Once, "each field once", (r, _) => Singletons.FirstOrDefault(n => r.All(n).Length > 1) is { } twice
            ? $"{twice} stands more than once" : null),
        Case("no-line-end-before", Extra, "no line end before the request", (r, _) => r.FirstLine.Length == 0
            ? "an empty line stands before the request" : null),
        Case("nothing-behind", Extra, "nothing behind the request", (r, _) => null, checksBehind: true),
        Case("length", Length, "no Content-Length", (r, _) => r.All("Content-Length") is [var length, ..] ? $"Content-Length is '{length}'" : null),
        Case("length-and-coding", Both, "not both of Content-Length and Transfer-Encoding", (r, _) => r.All("Content-Length").Length > 0
            && r.All("Transfer-Encoding").Length > 0 ? "both are there" : null),
        Case("te", Te, "no chunked in TE", (r, _) => r.Members("TE").Any(t => t.StartsWith("chunked", StringComparison.OrdinalIgnoreCase))
            ? "TE has chunked" : null),
        Case("te-option", TeOption, "TE in Connection, where TE is sent", (r, _) => Option(r, "TE")),
        Case("upgrade-option", UpgradeOption, "Upgrade in Connection, where Upgrade is sent", (r, _) => Option(r, "Upgrade")),
        Case("expect", Expect, "no Expect", (r, _) => r.All("Expect") is [var expect, ..] ? $"Expect is '{expect}'" : null),
        Case("connection", Options, "connection options that are tokens", (r, _) => r.Members("Connection").FirstOrDefault(o => !HttpHead.IsToken(o))
            is { } option
            ? $"'{option}' is no token" : null),
        Case("user-info", Host, "no user info in Host", (r, _) => r.All("Host").Any(h => h.Contains('@')) ? "Host has user info" : null),
    ];

    private static string? Option(ClientRequest request, string name)
        => request.All(name).Length > 0 && !request.Members("Connection").Contains(name, StringComparer.OrdinalIgnoreCase)
            ? $"Connection lacks {name}" : null;

    private static string? FindWrongTarget(ClientRequest request, ClientContext context)
        => request.Target == context.Subject.PathAndQuery ? null
            : context.IsStarted || !request.Target.StartsWith('/') ? $"the target is '{request.Target}' and not '{context.Subject.PathAndQuery}'"
                : null;

    /// <summary>Judges the request; the answer is an ordinary one, and what the client makes of it is for other cases.</summary>
    private static ConformanceCase Case(
        string id, ConformanceRule rule, string expected, Func<ClientRequest, ClientContext, string?> find, bool checksBehind = false)
        => ClientCase.Of($"http1-client/request/{id}", rule, expected, async context =>
        {
            await using ClientArrival arrival = await context.AcceptAsync();
            string? wrong = !arrival.Request.IsWhole ? "the head of the request does not end in an empty line" : find(arrival.Request, context);
            if (checksBehind)
            {
                await arrival.Connection.FillAsync(TimeSpan.FromMilliseconds(100));
                wrong ??= arrival.Connection.Buffered.Length > 0 ? $"{arrival.Connection.Buffered.Length} bytes stand behind it" : null;
            }

            await Http1ClientPlay.SendAsync(arrival.Connection, Ok, context);
            if (wrong is not null || Http1ClientPlay.EndsConnection(arrival.Request))
            {
                Http1ClientPlay.Close(arrival);
            }
            else
            {
                arrival.Release();
            }

            await context.WaitForReportsAsync(r => r.Any(Http1ClientPlay.IsFinal), wrong is null ? null : TimeSpan.FromSeconds(1));
            return wrong is null ? ConformanceFinding.Pass($"'{arrival.Request}'")
                : rule.Level == ConformanceLevel.Must ? ConformanceFinding.Fail(wrong)
                : rule.Level == ConformanceLevel.Should ? ConformanceFinding.Warn(wrong)
                : ConformanceFinding.Info(wrong);
        });

    [GeneratedRegex("^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+ [!-~]+ HTTP/[0-9]\\.[0-9]$")]
    private static partial Regex RequestLine();

    [GeneratedRegex("^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+:[^\\r\\n\\x00]*$")]
    private static partial Regex FieldLine();
}
