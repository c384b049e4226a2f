namespace WireProtocols.Conformance;

/// <summary>Which published faults of implementations a case asks for.</summary>
internal static class KnownAttacks
{
    /// <summary>What ids end with, whatever the role, and who had the fault.</summary>
    private static readonly (string End, string[] Advisories)[] All =
    [
        ("/attacks/fragments-of-one-byte", ["CVE-2026-48779 (ws)", "CVE-2026-65623 (bandit)"]),
        ("/attacks/inflate-64m", ["CVE-2026-1526 (undici)"]),
        ("/attacks/inflate-64m-in-fragments", ["CVE-2026-1526 (undici)"]),
        ("/chunked/lines/bare-lf-behind-size", ["CVE-2025-22871 (Go net/http)"]),
        ("/chunked/lines/bare-lf-in-extension", ["CVE-2025-55315 (Kestrel)", "CVE-2025-58056 (Netty)"]),
        ("/chunked/lines/bare-cr-in-extension", ["CVE-2025-55315 (Kestrel)", "CVE-2025-58056 (Netty)"]),
        ("/chunked/lines/bare-lf-ends-extension", ["CVE-2025-55315 (Kestrel)", "CVE-2025-58056 (Netty)"]),
        ("/chunked/data-end/two-letters", ["CVE-2025-43859 (h11)"]),
        ("/attacks/chunked/extension", ["CVE-2023-39326 (Go net/http)", "CVE-2024-22019 (Node.js)"]),
        ("/attacks/chunked/extension-on-each", ["CVE-2023-39326 (Go net/http)", "CVE-2024-22019 (Node.js)"]),
    ];

    /// <summary>The endings.</summary>
    public static IEnumerable<string> Endings => All.Select(a => a.End);

    /// <summary>The advisories for a case; none where nothing of the kind is known.</summary>
    public static IReadOnlyList<string> Of(string id)
        => All.FirstOrDefault(a => id.EndsWith(a.End, StringComparison.Ordinal)).Advisories ?? [];
}
