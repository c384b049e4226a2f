using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Ndjson;

namespace WireProtocols.Cli.Decode;

/// <summary>Records of JSON, told apart by lines or by separators.</summary>
internal abstract class NdjsonDecodeFormat(NdjsonFormat format) : DecodeFormat
{
    private readonly Option<bool> _noValidate = new("--no-validate") { Description = "Tell records apart and do not look into them." };

    private readonly Option<bool> _continue = new("--continue-on-error") { Description = "Go on with the next record after a bad one." };

    private readonly Option<int> _maxRecord = CommonOptions.Count("--max-record", "The most bytes of a record.", 64 * 1024 * 1024, 1);

    private readonly Option<int> _maxDepth
        = CommonOptions.Count("--max-depth", "The deepest nesting of a record.", NdjsonOptions.Default.MaxDepth, 1);

    private readonly Option<bool> _byteOrderMark = new("--allow-bom") { Description = "Skip a byte order mark at the start." };

    public override IEnumerable<Option> Options => [_noValidate, _continue, _maxRecord, _maxDepth, _byteOrderMark];

    public override FormatSession Start(DecodeRun run) => new NdjsonSession(run, new NdjsonDecoder(CreateOptions(run)));

    protected virtual bool IgnoreEmptyLines(DecodeRun run) => false;

    protected virtual bool AllowUnterminated(DecodeRun run) => false;

    private NdjsonOptions CreateOptions(DecodeRun run) => new()
    {
        Format = format,
        Validate = !run.Get(_noValidate),
        ContinueOnError = run.Get(_continue),
        MaxRecordLength = run.Get(_maxRecord),
        MaxDepth = run.Get(_maxDepth),
        AllowByteOrderMark = run.Get(_byteOrderMark),
        IgnoreEmptyLines = IgnoreEmptyLines(run),
        AllowUnterminatedLastRecord = AllowUnterminated(run),
    };
}

/// <summary>A record a line.</summary>
internal sealed class NdjsonLinesFormat() : NdjsonDecodeFormat(NdjsonFormat.Lines)
{
    private readonly Option<bool> _emptyLines = new("--ignore-empty-lines") { Description = "Skip empty lines." };

    private readonly Option<bool> _unterminated = new("--allow-unterminated") { Description = "Take a last line without its line feed as a record." };

    public override string Name => "ndjson";

    public override string Description => "Newline-delimited JSON, also called JSON Lines (ndjson-spec 1.0)";

    public override IEnumerable<Option> Options => [.. base.Options, _emptyLines, _unterminated];

    protected override bool IgnoreEmptyLines(DecodeRun run) => run.Get(_emptyLines);

    protected override bool AllowUnterminated(DecodeRun run) => run.Get(_unterminated);
}

/// <summary>A JSON text sequence.</summary>
internal sealed class JsonSeqFormat() : NdjsonDecodeFormat(NdjsonFormat.TextSequence)
{
    public override string Name => "json-seq";

    public override string Description => "JSON text sequence, with record separators (RFC 7464)";
}
