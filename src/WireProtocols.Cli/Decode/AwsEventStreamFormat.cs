using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.EventStreams;

namespace WireProtocols.Cli.Decode;

/// <summary>Messages of AWS services.</summary>
internal sealed class AwsEventStreamFormat : DecodeFormat
{
    private readonly Option<bool> _emptyValues = new("--allow-empty-values") { Description = "Take strings and byte arrays of no bytes in headers." };

    private readonly Option<int> _maxHeaders
        = CommonOptions.Count("--max-headers", "The most headers of a message, at most 1000.", EventMessageOptions.Default.MaxHeaders, 0);

    public override string Name => "amazon-eventstream";

    public override IReadOnlyList<string> Aliases => ["aws-event-stream"];

    public override string Description => "Messages of application/vnd.amazon.eventstream (amazon-eventstream)";

    public override IEnumerable<Option> Options => [_emptyValues, _maxHeaders];

    public override FormatSession Start(DecodeRun run) => new AwsEventStreamSession(run, new EventMessageOptions
    {
        MaxPayloadLength = run.MaxElement,
        MaxHeadersLength = run.MaxElement,
        MaxHeaders = Math.Min(1000, run.Get(_maxHeaders)),
        AllowEmptyValues = run.Get(_emptyValues),
    });
}
