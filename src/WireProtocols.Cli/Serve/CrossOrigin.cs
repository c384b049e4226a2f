namespace WireProtocols.Cli.Serve;

/// <summary>
/// The fields that let pages of other origins send requests and read answers (CORS, in the Fetch standard). Without them a browser keeps the answer
/// from the page. Credentials are never let through, so that <c>*</c> may stand for the metadata of a call, whose names are the client's.
/// </summary>
internal static class CrossOrigin
{
    // Browsers that do not know the asterisk take the names beside it.
    private const string Requested = "content-type, x-grpc-web, x-user-agent, grpc-timeout, connect-protocol-version, connect-timeout-ms, *";
    private const string Exposed = "grpc-status, grpc-message, grpc-status-details-bin, *";
    private const string MaxAgeSeconds = "600";

    /// <summary>The fields of an answer; none where the page is of no origin that is allowed.</summary>
    public static (string Name, string Value)[] GetFields(ServeRequest request)
        => GetOrigin(request) is { } origin ? [.. GetOriginFields(origin), ("Access-Control-Expose-Headers", Exposed)] : [];

    /// <summary>The fields of an answer to what a browser asks before it sends the request.</summary>
    public static (string Name, string Value)[] GetFields(ServeRequest request, IEnumerable<string> methods)
        => GetOrigin(request) is { } origin
            ?
            [
                .. GetOriginFields(origin),
                ("Access-Control-Allow-Methods", string.Join(", ", methods)),
                ("Access-Control-Allow-Headers", Requested),
                ("Access-Control-Max-Age", MaxAgeSeconds),
            ]
            : [];

    /// <summary>The origin as it was allowed, and not as the client wrote it; null where it is not.</summary>
    private static string? GetOrigin(ServeRequest request)
    {
        if (request.GetField("origin"u8) is not { } origin || !request.Settings.AllowsOrigin(origin))
        {
            return null;
        }

        // Browsers compare the field with their own spelling, which is in small letters.
        return request.Settings.AllowedOrigins.Contains("*")
            ? "*"
            : request.Settings.AllowedOrigins.First(o => o.Equals(origin, StringComparison.OrdinalIgnoreCase)).ToLowerInvariant();
    }

    private static (string Name, string Value)[] GetOriginFields(string origin)
        => origin == "*" ? [("Access-Control-Allow-Origin", origin)] : [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")];
}
