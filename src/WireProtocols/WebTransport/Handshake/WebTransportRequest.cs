namespace WireProtocols.WebTransport;

/// <summary>An extended CONNECT request for a session (draft-ietf-webtrans-http3 §3.2).</summary>
public sealed class WebTransportRequest
{
    internal WebTransportRequest(Http3Request request)
    {
        Scheme = request.Scheme;
        Authority = request.Authority;
        Path = request.Path;
        Fields = request.Fields;
        AvailableProtocols = ParseProtocols(request.Fields);
    }

    /// <summary><c>:scheme</c>, for a session <c>https</c>.</summary>
    public string Scheme { get; }

    /// <summary><c>:authority</c>: host and port.</summary>
    public string Authority { get; }

    /// <summary><c>:path</c>: path and query.</summary>
    public string Path { get; }

    /// <summary>
    /// The origin of the page, where the request says: "the WebTransport server MUST verify the Origin header to ensure that the specified
    /// origin is allowed to access the server in question".
    /// </summary>
    public string? Origin => Find("origin");

    /// <summary>The application protocols that the client offers, most preferred first; none where the field is absent or ignored.</summary>
    public IReadOnlyList<string> AvailableProtocols { get; }

    /// <summary>The fields after the pseudo-header fields.</summary>
    public IReadOnlyList<Http3Field> Fields { get; }

    /// <summary>The value of the first field of that name (in lowercase), or null.</summary>
    public string? Find(string name)
    {
        foreach (Http3Field field in Fields)
        {
            if (field.Name == name)
            {
                return field.Value;
            }
        }

        return null;
    }

    private static IReadOnlyList<string> ParseProtocols(IReadOnlyList<Http3Field> fields)
    {
        // "parsers MUST combine all field lines [...] into one comma-separated field-value" (RFC 9651 §4.2).
        string value = string.Join(", ", fields.Where(f => f.Name == WebTransportProtocols.AvailableFieldName).Select(f => f.Value));
        return WebTransportProtocols.TryParseAvailable(value, out IReadOnlyList<string> protocols) ? protocols : [];
    }
}
