using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Decode;

/// <summary>The options of every format. They belong to one run, since a symbol remembers the commands that it is part of.</summary>
internal sealed class DecodeOptions
{
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object a line instead of the view for a person.",
        Recursive = true,
    };

    public Option<bool> Hex { get; } = new("--hex")
    {
        Description = "The input is hex text; white space is ignored.",
        Recursive = true,
    };

    public Option<int> ReadSize { get; } = CommonOptions.Count("--read-size", "Hand the decoder at most N bytes at a time.", 64 * 1024, 1);

    public Option<int> MaxPayload { get; } = CommonOptions.Count("--max-payload", "How many bytes of a payload the view previews.", 64, 0);

    public Option<int> MaxElement { get; } = CommonOptions.Count(
        "--max-element",
        "The most bytes that one frame, message, line or capsule may have.",
        64 * 1024 * 1024,
        125);

    public Argument<string?> File { get; } = CommonOptions.FileArgument("The file to decode; - or nothing is stdin.");

    /// <summary>How the run is to print.</summary>
    public FormatSettings Read(ParseResult arguments, ToolIO io)
        => new(arguments.GetValue(Json), io.Colour, arguments.GetValue(MaxPayload), arguments.GetValue(MaxElement));

    public void AddTo(Command decode)
    {
        decode.Add(Json);
        decode.Add(Hex);
        decode.Add(ReadSize);
        decode.Add(MaxPayload);
        decode.Add(MaxElement);
    }
}
