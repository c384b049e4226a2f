using System.CommandLine;

namespace WireProtocols.Cli.Encode;

/// <summary>The options of every format of `wire encode`.</summary>
internal sealed class EncodeOptions
{
    public Option<bool> Hex { get; } = new("--hex") { Description = "Print hex text instead of bytes.", Recursive = true };

    public Option<int> MaxLine { get; } = CommonOptions.Count("--max-line", "The most bytes that one row may have.", 128 * 1024 * 1024, 1);

    public Argument<string?> File { get; } = CommonOptions.FileArgument("The rows, one JSON object a line; - or nothing is stdin.");

    public void AddTo(Command encode)
    {
        encode.Add(Hex);
        encode.Add(MaxLine);
    }
}
