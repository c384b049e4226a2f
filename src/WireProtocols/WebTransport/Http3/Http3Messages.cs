using System.Globalization;

namespace WireProtocols.WebTransport;

/// <summary>The rules of RFC 9114 §4.1.2, §4.3 and §4.4 for header sections.</summary>
internal static class Http3Messages
{
    /// <summary>Checks a request's header section.</summary>
    /// <returns>Null where it is malformed.</returns>
    public static Http3Request? ParseRequest(IReadOnlyList<Http3Field> fields)
    {
        Pseudo method = default;
        Pseudo scheme = default;
        Pseudo authority = default;
        Pseudo path = default;
        Pseudo protocol = default;
        int pseudoCount = CountPseudo(fields);
        for (int i = 0; i < pseudoCount; i++)
        {
            bool good = fields[i].Name switch
            {
                ":method" => method.TrySet(fields[i].Value),
                ":scheme" => scheme.TrySet(fields[i].Value),
                ":authority" => authority.TrySet(fields[i].Value),
                ":path" => path.TrySet(fields[i].Value),
                ":protocol" => protocol.TrySet(fields[i].Value),
                _ => false,
            };
            if (!good)
            {
                return null;
            }
        }

        if (!AreRegular(fields, pseudoCount) || method.Value is null || !HasTarget(method, scheme, authority, path, protocol, fields))
        {
            return null;
        }

        Http3Field[] regular = [.. fields.Skip(pseudoCount)];
        return new Http3Request(method.Value, scheme.Value ?? "", authority.Value ?? "", path.Value ?? "", protocol.Value, regular);
    }

    /// <summary>Checks a response's header section: "a single ':status' pseudo-header field", and it first.</summary>
    /// <returns>False where it is malformed.</returns>
    public static bool TryParseResponse(IReadOnlyList<Http3Field> fields, out int status)
    {
        status = 0;
        return CountPseudo(fields) == 1 && fields[0].Name == ":status" && fields[0].Value.Length == 3
            && int.TryParse(fields[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out status)

            // "HTTP/3 does not support [...] the 101 (Switching Protocols) informational status code" (RFC 9114 §4.5).
            && status is >= 100 and not 101
            && AreRegular(fields, 1);
    }

    /// <summary>
    /// True where the fields suit the Capsule Protocol: it "MUST NOT be used with messages that contain Content-Length, Content-Type, or
    /// Transfer-Encoding header fields" (RFC 9297 §3.2).
    /// </summary>
    public static bool SuitCapsules(IReadOnlyList<Http3Field> fields)
    {
        foreach (Http3Field field in fields)
        {
            if (field.Name is "content-length" or "content-type" or "transfer-encoding")
            {
                return false;
            }
        }

        return true;
    }

    private static int CountPseudo(IReadOnlyList<Http3Field> fields)
    {
        int count = 0;
        while (count < fields.Count && fields[count].Name.StartsWith(':') && Http3FieldRules.IsValidValue(fields[count].Value))
        {
            count++;
        }

        return count;
    }

    /// <summary>From <paramref name="start"/> on there are only fields, well formed, in lowercase, none of them about the connection.</summary>
    private static bool AreRegular(IReadOnlyList<Http3Field> fields, int start)
    {
        for (int i = start; i < fields.Count; i++)
        {
            Http3Field field = fields[i];
            if (field.Name.StartsWith(':') || !Http3FieldRules.IsValidName(field.Name) || !Http3FieldRules.IsValidValue(field.Value)
                || Http3FieldRules.IsConnectionSpecific(field))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasTarget(Pseudo method, Pseudo scheme, Pseudo authority, Pseudo path, Pseudo protocol, IReadOnlyList<Http3Field> fields)
    {
        if (method.Value == "CONNECT" && protocol.Value is null)
        {
            // "The :scheme and :path pseudo-header fields are omitted" (RFC 9114 §4.4).
            return scheme.Value is null && path.Value is null && !string.IsNullOrEmpty(authority.Value);
        }

        // An extended CONNECT has them (RFC 8441 §4), as every other request does; :protocol is for CONNECT alone.
        if (string.IsNullOrEmpty(scheme.Value) || string.IsNullOrEmpty(path.Value) || (protocol.Value is not null && method.Value != "CONNECT"))
        {
            return false;
        }

        string? host = null;
        foreach (Http3Field field in fields)
        {
            if (field.Name == "host")
            {
                if (host is not null)
                {
                    return false;
                }

                host = field.Value;
            }
        }

        // "If these fields are present, they MUST NOT be empty. If both fields are present, they MUST contain the same value."
        return (authority.Value ?? host) is { Length: > 0 } && (authority.Value is null || host is null || authority.Value == host);
    }

    private struct Pseudo
    {
        public string? Value { get; private set; }

        public bool TrySet(string value)
        {
            bool first = Value is null;
            Value = value;
            return first;
        }
    }
}
