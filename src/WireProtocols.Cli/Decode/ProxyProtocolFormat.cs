using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Decode;

/// <summary>The header that a proxy sends before the bytes of its client.</summary>
internal sealed class ProxyProtocolFormat : DecodeFormat
{
    public override string Name => "proxy-protocol";

    public override string Description => "The header of a connection behind a proxy, version 1 or 2 (proxy-protocol)";

    public override FormatSession Start(DecodeRun run) => new ProxyProtocolSession(run);
}
