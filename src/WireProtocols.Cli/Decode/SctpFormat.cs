using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Decode;

/// <summary>A packet of SCTP, which is the whole input.</summary>
internal sealed class SctpFormat : DecodeFormat
{
    public override string Name => "sctp";

    public override string Description => "One packet of SCTP with its chunks, as DTLS carries it (RFC 9260, RFC 8261)";

    public override FormatSession Start(DecodeRun run) => new SctpSession(run);
}
