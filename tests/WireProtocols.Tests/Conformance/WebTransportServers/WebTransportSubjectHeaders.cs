using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>What the subject thinks of a header section.</summary>
internal sealed class WebTransportSubjectHeaders(WebTransportDefect defect, IReadOnlyList<Http3Field> fields)
{
    private static readonly string[] Known = [":method", ":protocol", ":scheme", ":authority", ":path"];
    private static readonly string[] OfConnection = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

    /// <summary>A request of a client that asks for no session.</summary>
    public static IReadOnlyList<(string Name, string Value)> OtherRequest { get; } =
        [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/page")];

    /// <summary>The value for <c>wt-protocol</c>; null for none.</summary>
    public string? Chosen
    {
        get
        {
            if (Find("wt-available-protocols") is not { } offered)
            {
                return defect == WebTransportDefect.InventsProtocol ? "\"three\"" : null;
            }

            string[] members = [.. offered.Split(',').Select(m => m.Split(';')[0].Trim())];
            bool areStrings = members.All(m => m.Length >= 2 && m[0] == '"' && m[^1] == '"');
            return areStrings ? members[0] : defect == WebTransportDefect.TakesTokensForProtocols ? $"\"{members[0].Trim('"')}\"" : null;
        }
    }

    /// <summary>The status to refuse with, 0 for a malformed one, null for a session.</summary>
    public int? Judge(string token)
        => !AreFieldsRight() ? 0
            : Find(":protocol") is not { } protocol ? Find(":method") == "CONNECT" && Find(":path") is not null ? 0 : 404
            : Find(":method") != "CONNECT" && defect != WebTransportDefect.AnyMethod ? 0
            : (Find(":scheme") != "https" && defect != WebTransportDefect.AnyScheme)
                || (string.IsNullOrEmpty(Find(":path")) && defect != WebTransportDefect.NoPathNeeded)
                || (string.IsNullOrEmpty(Find(":authority")) && defect != WebTransportDefect.NoAuthorityNeeded) ? 0
            : protocol == token || defect == WebTransportDefect.AnyProtocol ? null
            : defect == WebTransportDefect.UnknownProtocolIs400 ? 400 : 501;

    private string? Find(string name) => fields.FirstOrDefault(f => f.Name == name).Value;

    private bool AreFieldsRight()
    {
        bool isRegular = false;
        HashSet<string> seen = [];
        foreach (Http3Field field in fields)
        {
            bool isPseudo = field.Name.StartsWith(':');
            isRegular |= !isPseudo;
            if ((isPseudo && !IsPseudoRight(field.Name, isRegular, seen)) || !IsRight(field))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsPseudoRight(string name, bool isBehind, HashSet<string> seen)
        => (!isBehind || defect == WebTransportDefect.PseudoBehind) && (Known.Contains(name) || defect == WebTransportDefect.UnknownPseudo)
            && (seen.Add(name) || defect == WebTransportDefect.PseudoTwice);

    private bool IsRight(Http3Field field)
        => field.Name.Length > 0 && !field.Name.Contains(' ', StringComparison.Ordinal)
            && (!field.Name.Any(char.IsUpper) || defect == WebTransportDefect.UpperCase)
            && ((!OfConnection.Contains(field.Name) && !(field.Name == "te" && field.Value != "trailers"))
                || defect == WebTransportDefect.ConnectionFields)
            && (!field.Value.AsSpan().ContainsAny('\0', '\r', '\n') || defect == WebTransportDefect.AnyValue)
            && (field.Name != "content-length" || defect == WebTransportDefect.ContentLength)
            && (field.Name != "host" || field.Value == Find(":authority") || defect == WebTransportDefect.HostIgnored);

    /// <summary>The request of a client.</summary>
    public static IEnumerable<(string Name, string Value)> Request(WebTransportDefect defect)
    {
        List<(string, string)> fields =
        [
            (":method", defect == WebTransportDefect.AnyMethod ? "GET" : "CONNECT"),
            (":protocol", defect == WebTransportDefect.AnyProtocol ? "websocket" : "webtransport-h3"),
            (":scheme", defect == WebTransportDefect.AnyScheme ? "http" : "https"), (":path", "/"),
        ];
        if (defect == WebTransportDefect.PseudoBehind)
        {
            fields.Add(("x-wire", "a"));
        }

        if (defect != WebTransportDefect.NoAuthorityNeeded)
        {
            fields.Add((":authority", "localhost"));
        }

        fields.Add((defect == WebTransportDefect.UpperCase ? "Origin" : "origin", "https://localhost"));
        return defect == WebTransportDefect.NoPathNeeded ? fields.Where(f => f.Item1 != ":path") : fields;
    }

    /// <summary>Whether the fields of an answer are well-formed.</summary>
    public static bool IsAnswer(IReadOnlyList<Http3Field> fields)
        => fields.Count(f => f.Name == ":status") == 1 && fields[0].Name == ":status" && fields.Count(f => f.Name.StartsWith(':')) == 1
            && !fields.Any(f => f.Name.Any(char.IsAsciiLetterUpper) || f.Value.AsSpan().ContainsAny('\r', '\n', '\0'));
}
