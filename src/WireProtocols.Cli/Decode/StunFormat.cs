using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Decode;

/// <summary>Messages of STUN, one behind the other.</summary>
internal sealed class StunFormat : DecodeFormat
{
    public override string Name => "stun";

    public override string Description => "Messages of STUN, one in a datagram or many in a stream (RFC 8489)";

    public override FormatSession Start(DecodeRun run) => new StunSession(run);
}
