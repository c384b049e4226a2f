using Microsoft.AspNetCore.Http;

namespace WireProtocols.AspNetCore;

/// <summary>Which pages may connect. "Servers that are not intended to process input from any web page but only for certain sites SHOULD verify the
/// |Origin| field is an origin they expect" (RFC 6455 §10.2).</summary>
internal static class OriginPolicy
{
    private const string Any = "*";

    /// <param name="origin">The field, or null where there is none.</param>
    /// <param name="host">The host that was asked, with its port where it has one.</param>
    /// <param name="allowed">The origins that are allowed; none for the host itself.</param>
    public static bool Allows(string? origin, HostString host, IList<string> allowed)
        => origin is null || (allowed.Count == 0 ? IsOf(origin, host) : allowed.Any(a => a == Any || IsSame(a, origin)));

    /// <summary>The scheme is not compared: behind a proxy that ends TLS, the page's is https and the request's http.</summary>
    private static bool IsOf(string origin, HostString host)
        => Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
            && uri.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
            && (uri.IsDefaultPort ? host.Port is null or 80 or 443 : uri.Port == host.Port);

    private static bool IsSame(string allowed, string origin)
        => allowed.TrimEnd('/').Equals(origin, StringComparison.OrdinalIgnoreCase);
}
