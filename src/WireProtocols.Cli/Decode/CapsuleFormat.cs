using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Decode;

/// <summary>Capsules: what a CONNECT stream carries in its DATA frames.</summary>
internal sealed class CapsuleFormat : DecodeFormat
{
    private readonly Option<string> _dialect = DialectOption.Create();

    public override string Name => "capsule";

    public override string Description => "Capsules of HTTP Datagrams and WebTransport (RFC 9297 §3.2)";

    public override IEnumerable<Option> Options => [_dialect];

    public override FormatSession Start(DecodeRun run)
        => new CapsuleSession(run, new CapsuleOptions { Dialect = DialectOption.Parse(run.Get(_dialect)), SkipUnknown = false });
}
