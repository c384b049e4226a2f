using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>The four forms of a target, and Host.</summary>
internal static class Http1TargetCases
{
    private static readonly ConformanceRule Absolute = ConformanceRule.Must(
        "RFC 9112 §3.2.2",
        "A server MUST accept the absolute-form in requests even though most HTTP/1.1 clients will only send the absolute-form to a "
            + "proxy.",
        "Take http://host/path as a target, and go by its path.");

    private static readonly ConformanceRule AbsoluteHost = ConformanceRule.Must(
        "RFC 9112 §3.2.2",
        "When an origin server receives a request with an absolute-form of request-target, the origin server MUST ignore the "
            + "received Host header field (if any) and instead use the host information of the request-target.",
        "Go by the target and not by Host.");

    private static readonly ConformanceRule EmptyHost = ConformanceRule.Must(
        "RFC 9110 §4.2.1",
        "A recipient that processes such a URI reference MUST reject it as invalid.",
        "Refuse an http URI without a host.");

    private static readonly ConformanceRule UserInfo = ConformanceRule.Should(
        "RFC 9110 §4.2.4",
        "Before making use of an \"http\" or \"https\" URI reference received from an untrusted source, a recipient SHOULD parse for userinfo "
            + "and treat its presence as an error; it is likely being used to obscure the authority for the sake of phishing attacks.",
        "Refuse a target with '@' in its authority.");

    private static readonly ConformanceRule Authority = ConformanceRule.Should(
        "RFC 9112 §3.2.3",
        "The \"authority-form\" of request-target is only used for CONNECT requests (Section 9.3.6 of [HTTP]).",
        "Refuse it for other methods; who is no proxy refuses CONNECT.");

    private static readonly ConformanceRule ConnectPort = ConformanceRule.Must(
        "RFC 9110 §9.3.6",
        "A server MUST reject a CONNECT request that targets an empty or invalid port number, typically by responding with a 400 "
            + "(Bad Request) status code.",
        "Refuse CONNECT where you are no proxy.");

    private static readonly ConformanceRule Asterisk = ConformanceRule.Should(
        "RFC 9112 §3.2.4",
        "The \"asterisk-form\" of request-target is only used for a server-wide OPTIONS request (Section 9.3.7 of [HTTP]).",
        "Answer OPTIONS *, and refuse * for other methods.");

    private static readonly ConformanceRule Options = ConformanceRule.Should(
        "RFC 9110 §9.3.7",
        "An OPTIONS request with an asterisk (\"*\") as the request target (Section 7.1) applies to the server in general rather than "
            + "to a specific resource.",
        "Answer OPTIONS * with 200 or 204.");

    private static readonly ConformanceRule NoName = ConformanceRule.May(
        "RFC 9112 §3.3",
        "If the target URI's authority component is empty and its URI scheme requires a non-empty authority (as is the case for \"http\" and "
            + "\"https\"), the server can reject the request or determine whether a configured default applies that is consistent with the "
            + "incoming connection's context.",
        "Take it or refuse it.");

    private static readonly ConformanceRule OldHost = ConformanceRule.Should(
        "RFC 9112 §9.3",
        "HTTP implementations SHOULD support persistent connections.",
        "HTTP/1.0 has no Host; answer without one.");

    private static readonly string[] InvalidHosts =
    [
        "space a b", "slash a/b", "scheme http://a", "user-info user@{host}", "query a?b", "fragment a#b", "backslash a\\b", "quote \"a\"",
        "less-than a<b",
        "not-ascii b\u00fccher", "control a\u0001b", "delete a\u007fb", "nul a\0b", "tab-inside a\tb", "space-before-port {host} :80",
    ];

    /// <summary>Invalid too, by what only a parser of URIs sees.</summary>
    private static readonly string[] DoubtfulHosts =
    [
        "two-colons a:80:80", "letters-in-port a:http", "sign-in-port a:+80", "minus-in-port a:-1", "open-bracket [::1", "close-bracket ::1]",
        "no-address [zz]",
        "empty-brackets []", "bracket-and-letters [::1]a", "bad-percent a%zz", "short-percent a%4", "caret a^b", "brace a{b", "bar a|b",
        "bare-ipv6 ::1",
    ];

    private static readonly string[] OtherHosts =
    [
        "no-port localhost", "other-name other.example", "upper-case LOCALHOST", "empty-port 127.0.0.1:", "ipv6 [::1]", "ipv6-port [::1]:8080",
        "underscore a_b",
        "percent a%41", "trailing-dot localhost.", "high-port localhost:65535",
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        IsRight("target/absolute", Absolute, Of("GET http://{host}{target} HTTP/1.1", [], "")).ToCase(),
        IsRight("target/absolute-post", Absolute, Of("POST http://{host}{target} HTTP/1.1", ["Content-Length: 5"], Hello), Hello).ToCase(),
        IsRight("target/absolute-head", Absolute, Of("HEAD http://{host}{target} HTTP/1.1", [], "")).ToCase(),
        IsRight("target/absolute-chunked", Absolute,
            Of("POST http://{host}{target} HTTP/1.1", ["Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"), Hello)
            .ToCase(),
        IsRight("target/absolute-upper-case-scheme", Absolute, Of("GET HTTP://{host}{target} HTTP/1.1", [], ""),
            refused: ConformanceVerdict.Warn).ToCase(),
        (IsRight("target/absolute-query", Absolute, Of("GET http://{host}{target}?a=b HTTP/1.1", [], "")) with { Tolerated = [403, 404] }).ToCase(),
        (IsRight("target/absolute-no-path", Absolute, Of("GET http://{host} HTTP/1.1", [], ""), refused: ConformanceVerdict.Warn)
            with { Tolerated = [403, 404, 405] }).ToCase(),
        IsRight("target/absolute-other-host-field", AbsoluteHost, "GET http://{host}{target} HTTP/1.1\r\nHost: other.example\r\n\r\n",
            refused: ConformanceVerdict.Warn).ToCase(),
        Is400("target/absolute-without-host-field", Http1Rules.Host, "GET http://{host}{target} HTTP/1.1\r\n\r\n").ToCase(),
        Is400("target/absolute-two-host-fields", Http1Rules.Host, Of("GET http://{host}{target} HTTP/1.1", ["Host: {host}"], "")).ToCase(),
        IsOutsideGrammar("target/absolute-no-host", EmptyHost, Of("GET http://{target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("target/absolute-user-info", UserInfo, Of("GET http://user@{host}{target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("target/absolute-bad-port", Http1Rules.Grammar, Of("GET http://127.0.0.1:http{target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("target/authority-get", Authority, Of("GET {host} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("target/authority-post", Authority, Of("POST {host} HTTP/1.1", ["Content-Length: 5"], Hello)).ToCase(),
        IsOutsideGrammar("target/connect", Authority, Of("CONNECT {host} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("target/connect-path", Authority, Of("CONNECT {target} HTTP/1.1", [], "")).ToCase(),
        (IsOutsideGrammar("target/connect-empty-port", ConnectPort, Of("CONNECT 127.0.0.1: HTTP/1.1", [], ""))
            with { OnAccepted = ConformanceVerdict.Fail }).ToCase(),
        (IsOutsideGrammar("target/connect-bad-port", ConnectPort, Of("CONNECT 127.0.0.1:99999 HTTP/1.1", [], ""))
            with { OnAccepted = ConformanceVerdict.Fail })
            .ToCase(),
        IsOutsideGrammar("target/relative", Http1Rules.Grammar, Of("GET a HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("target/query-alone", Http1Rules.Grammar, Of("GET ?a HTTP/1.1", [], "")).ToCase(),
        IsRight("target/asterisk", Options, Of("OPTIONS * HTTP/1.1", [], ""), refused: ConformanceVerdict.Warn).ToCase(),
        IsRight("target/asterisk-with-body", Options, Of("OPTIONS * HTTP/1.1", ["Content-Type: text/plain", "Content-Length: 5"], Hello),
            refused: ConformanceVerdict.Warn).ToCase(),
        IsRight("target/options", Options, Of("OPTIONS {target} HTTP/1.1", [], ""), refused: ConformanceVerdict.Info).ToCase(),
        IsOutsideGrammar("target/asterisk-get", Asterisk, Of("GET * HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("target/asterisk-post", Asterisk, Of("POST * HTTP/1.1", ["Content-Length: 5"], Hello)).ToCase(),
        IsOutsideGrammar("target/asterisk-and-path", Asterisk, Of("OPTIONS *a HTTP/1.1", [], "")).ToCase(),
        Is400("host/missing", Http1Rules.Host, "GET {target} HTTP/1.1\r\n\r\n").ToCase(),
        Is400("host/missing-with-fields", Http1Rules.Host, "GET {target} HTTP/1.1\r\nAccept: */*\r\nX-Host: {host}\r\n\r\n").ToCase(),
        Is400("host/missing-post", Http1Rules.Host, "POST {target} HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello").ToCase(),
        Is400("host/missing-head", Http1Rules.Host, "HEAD {target} HTTP/1.1\r\nAccept: */*\r\n\r\n").ToCase(),
        Is400("host/missing-options", Http1Rules.Host, "OPTIONS * HTTP/1.1\r\nAccept: */*\r\n\r\n").ToCase(),
        Is400("host/twice-same", Http1Rules.Host, Get("Host: {host}")).ToCase(),
        Is400("host/twice-different", Http1Rules.Host, Get("Host: other.example")).ToCase(),
        Is400("host/twice-apart", Http1Rules.Host, Get("Accept: */*", "X-Test: 1", "Host: {host}")).ToCase(),
        Is400("host/twice-other-case", Http1Rules.Host, Get("hOsT: {host}")).ToCase(),
        Is400("host/twice-empty", Http1Rules.Host, Get("Host:")).ToCase(),
        Is400("host/twice-in-old-version", Http1Rules.Host, Of("GET {target} HTTP/1.0", ["Host: {host}"], ""), 505).ToCase(),
        .. InvalidHosts.Select(h => h.Split(' ', 2)).Select(h => Is400($"host/invalid/{h[0]}", Http1Rules.Host,
            $"GET {{target}} HTTP/1.1\r\nHost: {h[1]}\r\n\r\n").ToCase()),
        .. DoubtfulHosts.Select(h => h.Split(' ', 2)).Select(h => IsOutsideGrammar($"host/invalid/{h[0]}", Http1Rules.Host,
            $"GET {{target}} HTTP/1.1\r\nHost: {h[1]}\r\n\r\n").ToCase()),
        .. OtherHosts.Select(h => h.Split(' ', 2)).Select(h => IsRight($"host/other/{h[0]}", Http1Rules.Host,
            $"GET {{target}} HTTP/1.1\r\nHost: {h[1]}\r\n\r\n", refused: ConformanceVerdict.Info).ToCase()),
        IsRight("host/empty", NoName, "GET {target} HTTP/1.1\r\nHost:\r\n\r\n", refused: ConformanceVerdict.Info).ToCase(),
        IsRight("host/last", Http1Rules.Names, "GET {target} HTTP/1.1\r\nAccept: */*\r\nX-Test: 1\r\nHost: {host}\r\n\r\n").ToCase(),
        IsRight("host/missing-in-old-version", OldHost, "GET {target} HTTP/1.0\r\n\r\n", refused: ConformanceVerdict.Warn).ToCase(),
    ];
}
