using System.Globalization;
using System.Text.RegularExpressions;

namespace WireProtocols.Conformance;

/// <summary>The opening handshake as a client sends it.</summary>
internal static partial class RequestCases
{
    private const string Section = "RFC 6455 §4.1";
    private const string Token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private const string Extension = $"{Token}(\\s*;\\s*{Token}(\\s*=\\s*({Token}|\"{Token}\"))?)*";

    private static readonly ConformanceRule Valid = ConformanceRule.Must(
        Section, "The handshake MUST be a valid HTTP request as specified by [RFC2616].", "Write lines of HTTP, each with CRLF, and an empty one.");

    private static readonly ConformanceRule Method = ConformanceRule.Must(
        Section, "The method of the request MUST be GET, and the HTTP version MUST be at least 1.1.", "GET … HTTP/1.1");

    private static readonly ConformanceRule Target = ConformanceRule.Must(
        Section,
        "The \"Request-URI\" part of the request MUST match the /resource name/ defined in Section 3 (a relative URI) or be an "
            + "absolute http/https URI that, when parsed, has a /resource name/, /host/, and /port/ that match the corresponding ws/wss URI.",
        "Ask for the path and the query of the URL, as they stand there.");

    private static readonly ConformanceRule Fragment = ConformanceRule.Must(
        "RFC 6455 §3",
        "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs.",
        "Send no '#'.");

    private static readonly ConformanceRule Host = ConformanceRule.Must(
        Section,
        "The request MUST contain a |Host| header field whose value contains /host/ plus optionally \":\" followed by /port/ (when not "
            + "using the default port).",
        "One Host, with the port unless it is the scheme's own.");

    private static readonly ConformanceRule Authority = ConformanceRule.Must(
        "RFC 9112 §3.2",
        "If the target URI includes an authority component, then a client MUST send a field value for Host that is identical to that "
            + "authority component, excluding any userinfo subcomponent and its \"@\" delimiter (Section 4.2 of [HTTP]).",
        "Say the port too where it is not the scheme's own.");

    private static readonly ConformanceRule Upgrade = ConformanceRule.Must(
        Section, "The request MUST contain an |Upgrade| header field whose value MUST include the \"websocket\" keyword.", "Upgrade: websocket");

    private static readonly ConformanceRule Connection = ConformanceRule.Must(
        Section, "The request MUST contain a |Connection| header field whose value MUST include the \"Upgrade\" token.", "Connection: Upgrade");

    private static readonly ConformanceRule Key = ConformanceRule.Must(
        Section,
        "The value of this header field MUST be a nonce consisting of a randomly selected 16-byte value that has been base64-encoded "
            + "(see Section 4 of [RFC4648]).",
        "Encode sixteen bytes of a source of randomness.");

    private static readonly ConformanceRule KeyOnce = ConformanceRule.Must(
        "RFC 6455 §11.3.1", "The |Sec-WebSocket-Key| header field MUST NOT appear more than once in an HTTP request.", "Send one key.");

    private static readonly ConformanceRule Version = ConformanceRule.Must(
        Section,
        "The request MUST include a header field with the name |Sec-WebSocket-Version|. The value of this header field MUST be 13.",
        "Sec-WebSocket-Version: 13, once.");

    private static readonly ConformanceRule Subprotocols = ConformanceRule.Must(
        Section,
        "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021 to U+007E not including "
            + "separator characters as defined in [RFC2616] and MUST all be unique strings.",
        "Offer each subprotocol once, and tokens only.");

    private static readonly ConformanceRule Extensions = ConformanceRule.Must(
        "RFC 6455 §9.1",
        "A client requests extensions by including a |Sec-WebSocket-Extensions| header field, which follows the normal rules for HTTP "
            + "header fields (see [RFC2616], Section 4.2) and the value of the header field is defined by the following ABNF [RFC2616].",
        "extension-list = 1#extension; extension = token *( \";\" token [ \"=\" (token | quoted-string) ] )");

    private static readonly ConformanceRule Parameters = ConformanceRule.Must(
        "RFC 7692 §7.1",
        "A server MUST decline an extension negotiation offer for this extension if any of the following conditions are met: "
            + "... The negotiation offer contains an extension parameter not defined for use in an offer. ... The negotiation offer "
            + "contains an extension parameter with an invalid value. ... The negotiation offer contains multiple extension "
            + "parameters with the same name.",
        "Offer the four parameters of RFC 7692, each at most once, window bits from 8 to 15 without leading zeroes.");

    private static readonly ConformanceRule Origin = ConformanceRule.Should(
        Section,
        "The value of this header field is the ASCII serialization of origin of the context in which the code establishing the "
            + "connection is running.",
        "scheme://host[:port] without a path, or null; or send no Origin.");

    public static IEnumerable<ConformanceCase> All =>
    [
        RequestPlay.Case("line", Valid, "method SP target SP version", (r, _) => RequestLine().IsMatch(r.FirstLine) ? null
            : $"the request line is '{r.FirstLine}'"),
        RequestPlay.Case("grammar", Valid, "field lines that end in CRLF", (r, _) => r.FindBrokenLine()),
        RequestPlay.Case("values", Valid, "field values without control characters", (r, _) => r.Lines.FirstOrDefault(HasControl) is { } line
            ? $"'{line}' has a control character" : null),
        RequestPlay.Case("method", Method, "GET", (r, _) => r.Method == "GET" ? null : $"the method is '{r.Method}'"),
        RequestPlay.Case("http-version", Method, "HTTP/1.1", (r, _) => HttpVersion().IsMatch(r.Version) ? null : $"the version is '{r.Version}'"),
        RequestPlay.Case("target", Target, "the path of the URL", FindWrongTarget),
        RequestPlay.Case("fragment", Fragment, "no fragment", (r, _) => r.Target.Contains('#') ? $"the target is '{r.Target}'" : null),
        RequestPlay.Case("host/once", Host, "one Host", (r, _) => Once(r, "Host")),
        RequestPlay.Case("host/port", Authority, "host and port of the URL", FindWrongHost),
        RequestPlay.Case("upgrade", Upgrade, "Upgrade: websocket", (r, _)
            => r.Members("Upgrade").Contains("websocket", StringComparer.OrdinalIgnoreCase) ? null : Shown(r, "Upgrade")),
        RequestPlay.Case("connection", Connection, "Connection: Upgrade", (r, _)
            => r.Members("Connection").Contains("upgrade", StringComparer.OrdinalIgnoreCase) ? null : Shown(r, "Connection")),
        RequestPlay.Case("key/once", KeyOnce, "one key", (r, _) => Once(r, "Sec-WebSocket-Key")),
        RequestPlay.Case("key/base64", Key, "16 bytes in base64", (r, _)
            => r.All("Sec-WebSocket-Key") is [var key, ..] && IsKey(key) ? null : Shown(r, "Sec-WebSocket-Key")),
        RequestPlay.Case("version/13", Version, "13", (r, _)
            => r.All("Sec-WebSocket-Version") is ["13", ..] ? null : Shown(r, "Sec-WebSocket-Version")),
        RequestPlay.Case("version/once", Version, "one version", (r, _) => Once(r, "Sec-WebSocket-Version")),
        RequestPlay.Case("subprotocols/tokens", Subprotocols, "Sec-WebSocket-Protocol", (r, _)
            => Elements(r, "Sec-WebSocket-Protocol").All(e => HttpHead.IsToken(e)) ? null : Shown(r, "Sec-WebSocket-Protocol"), OffersSubprotocols),
        RequestPlay.Case("subprotocols/unique", Subprotocols, "Sec-WebSocket-Protocol", (r, _)
            => Elements(r, "Sec-WebSocket-Protocol") is var all && all.Distinct().Count() == all.Length ? null : Shown(r, "Sec-WebSocket-Protocol"),
            OffersSubprotocols),
        RequestPlay.Case("extensions/grammar", Extensions, "Sec-WebSocket-Extensions", (r, _)
            => ExtensionList().IsMatch(Value(r, "Sec-WebSocket-Extensions")) ? null : Shown(r, "Sec-WebSocket-Extensions"), OffersExtensions),
        RequestPlay.Case("extensions/deflate-parameters", Parameters, "permessage-deflate", (r, _)
            => r.Members("Sec-WebSocket-Extensions").Select(FindWrongOffer).FirstOrDefault(w => w is not null),
            r => ClientOffer.Read(r) is not null),
        RequestPlay.Case("origin", Origin, "Origin", (r, _)
            => r.All("Origin") is [var origin] && IsOrigin(origin) ? null : Shown(r, "Origin"), r => r.All("Origin").Length > 0),
    ];

    private static bool OffersSubprotocols(ClientRequest request) => request.All("Sec-WebSocket-Protocol").Length > 0;

    private static bool OffersExtensions(ClientRequest request) => request.All("Sec-WebSocket-Extensions").Length > 0;

    private static string? FindWrongTarget(ClientRequest request, ClientContext context)
    {
        string path = context.Subject.PathAndQuery;
        bool isRight = context.IsStarted
            ? request.Target == path || request.Target == $"http://{context.Subject.Authority}{path}"
            : request.Target.StartsWith('/') || request.Target.StartsWith("http://", StringComparison.Ordinal);
        return isRight ? null : $"the target is '{request.Target}', and the path of the URL '{path}'";
    }

    private static string? FindWrongHost(ClientRequest request, ClientContext context)
        => request.All("Host") is [var host, ..]
            && (host.Equals(context.Subject.Authority, StringComparison.OrdinalIgnoreCase)
                || (!context.IsStarted && host.EndsWith(
                    string.Create(CultureInfo.InvariantCulture, $":{context.Subject.Port}"), StringComparison.Ordinal)))
            ? null
            : $"{Shown(request, "Host")}, and the URL says {context.Subject.Authority}";

    private static string? FindWrongOffer(string offer)
    {
        string[] parts = offer.Split(';', StringSplitOptions.TrimEntries);
        if (parts[0] != ClientOffer.Name)
        {
            return null;
        }

        string[] names = [.. parts.Skip(1).Select(p => p.Split('=')[0].Trim())];
        return names.Distinct().Count() != names.Length ? $"a parameter stands twice in '{offer}'"
            : parts.Skip(1).FirstOrDefault(p => !Parameter().IsMatch(p)) is { } wrong ? $"'{wrong}' is no parameter of an offer"
            : null;
    }

    private static bool IsKey(string key)
    {
        byte[] bytes = new byte[64];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out int count) && count == 16
            && Convert.ToBase64String(bytes, 0, 16) == key;
    }

    private static bool IsOrigin(string origin)
        => origin == "null" || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? url) && url.GetLeftPart(UriPartial.Authority) == origin);

    private static bool HasControl(string line) => line.Any(c => c is < ' ' and not '\t' or '\x7F');

    private static string Value(ClientRequest request, string name) => string.Join(", ", request.All(name));

    /// <summary>The elements of a list, empty ones included.</summary>
    private static string[] Elements(ClientRequest request, string name) => Value(request, name).Split(',', StringSplitOptions.TrimEntries);

    private static string? Once(ClientRequest request, string name)
        => request.All(name).Length == 1 ? null : $"{name} stands {request.All(name).Length} times";

    private static string Shown(ClientRequest request, string name)
        => request.All(name).Length == 0 ? $"{name} is missing" : $"{name} is '{string.Join(" / ", request.All(name))}'";

    [GeneratedRegex($"^{Token} [^\\s]+ HTTP/\\d\\.\\d$")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^HTTP/(1\.[1-9]|[2-9]\.\d)$")]
    private static partial Regex HttpVersion();

    [GeneratedRegex(
        @"^(server_no_context_takeover|client_no_context_takeover|server_max_window_bits\s*=\s*(8|9|1[0-5]|""(8|9|1[0-5])"")"
            + @"|client_max_window_bits(\s*=\s*(8|9|1[0-5]|""(8|9|1[0-5])""))?)$")]
    private static partial Regex Parameter();

    [GeneratedRegex($"^[\\s,]*{Extension}(\\s*,[\\s,]*{Extension})*[\\s,]*$")]
    private static partial Regex ExtensionList();
}
