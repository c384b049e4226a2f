using System.CommandLine;
using WireProtocols.Cli.Capture;
using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Decode;

/// <summary>A capture of packets: its TCP connections, put in order and decoded.</summary>
internal sealed class PcapFormat : DecodeFormat
{
    private readonly Option<int[]> _port = new("--port")
    {
        Description = "Show the connections of this port alone; may be given more than once.",
        HelpName = "N",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _timestamps = new("--timestamps") { Description = "Say when the packet was captured." };

    public override string Name => "pcap";

    public override string Description => "A capture of packets, libpcap or pcapng: its TCP connections, reassembled and decoded";

    public override IEnumerable<Option> Options => [_port, _timestamps];

    public override FormatSession Start(DecodeRun run)
        => new PcapSession(run, (run.Get(_port) ?? []).ToHashSet(), run.Get(_timestamps));
}
