using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Decode;

/// <summary>An event stream.</summary>
internal sealed class SseFormat : DecodeFormat
{
    private readonly Option<string> _lastEventId = CommonOptions.LastEventId("The last event ID that an earlier connection left off with.");

    public override string Name => "sse";

    public override string Description => "An event stream of Server-Sent Events (HTML §9.2)";

    public override IEnumerable<Option> Options => [_lastEventId];

    public override FormatSession Start(DecodeRun run)
        => new EventStreamSession(run, new EventStreamDecoder(CommonOptions.EventStreamLimits(run.MaxElement), run.Get(_lastEventId)));
}
