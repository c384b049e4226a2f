namespace WireProtocols.WebTransport;

/// <summary>A request's header section, well formed (RFC 9114 §4.3.1). A pseudo-header field that is absent is empty.</summary>
/// <param name="Method"><c>:method</c>.</param>
/// <param name="Scheme"><c>:scheme</c>.</param>
/// <param name="Authority"><c>:authority</c>.</param>
/// <param name="Path"><c>:path</c>.</param>
/// <param name="Protocol"><c>:protocol</c> of an extended CONNECT (RFC 9220 §3), or null.</param>
/// <param name="Fields">The fields after the pseudo-header fields.</param>
internal sealed record Http3Request(string Method, string Scheme, string Authority, string Path, string? Protocol, IReadOnlyList<Http3Field> Fields);
