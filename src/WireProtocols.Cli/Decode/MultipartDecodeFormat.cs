using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Multipart;

namespace WireProtocols.Cli.Decode;

/// <summary>A multipart body.</summary>
internal sealed class MultipartDecodeFormat : DecodeFormat
{
    private readonly Option<string?> _boundary = BoundaryOption.Create();

    private readonly Option<bool> _missingEnd = new("--allow-missing-end") { Description = "Let the input end with the boundary behind a part." };

    public override string Name => "multipart";

    public override string Description => "A multipart body: form-data, mixed, x-mixed-replace (RFC 2046 §5.1)";

    public override IEnumerable<Option> Options => [_boundary, _missingEnd];

    public override FormatSession Start(DecodeRun run) => new MultipartSession(run, BoundaryOption.Parse(run.Get(_boundary)), new MultipartOptions
    {
        MaxParts = int.MaxValue,
        MaxFields = int.MaxValue,
        MaxDiscardedLength = int.MaxValue,
        MaxHeadLength = run.MaxElement,
        MaxPartLength = run.MaxElement,
        AllowMissingEnd = run.Get(_missingEnd),
    });
}
