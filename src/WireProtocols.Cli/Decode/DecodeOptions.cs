using System.CommandLine;

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

    public Option<int> ReadSize { get; } = Count("--read-size", "Hand the decoder at most N bytes at a time.", 64 * 1024, 1);

    public Option<int> MaxPayload { get; } = Count("--max-payload", "How many bytes of a payload the view previews.", 64, 0);

    public Option<int> MaxElement { get; } = Count(
        "--max-element",
        "The most bytes that one frame, message, line or capsule may have.",
        64 * 1024 * 1024,
        125);

    public Argument<string?> File { get; } = FileArgument("The file to decode; - or nothing is stdin.");

    public void AddTo(Command decode)
    {
        decode.Add(Json);
        decode.Add(Hex);
        decode.Add(ReadSize);
        decode.Add(MaxPayload);
        decode.Add(MaxElement);
    }

    /// <summary>An option that takes a whole number of at least <paramref name="least"/>.</summary>
    public static Option<int> Count(string name, string description, int standard, int least)
    {
        Option<int> option = new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            Recursive = true,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int value) && value < least)
            {
                result.AddError($"{name} has to be at least {least}.");
            }
        });
        return option;
    }

    /// <summary>A FILE that may be left out. What begins with a hyphen is an option with a slip of the pen.</summary>
    public static Argument<string?> FileArgument(string description)
    {
        Argument<string?> file = new("FILE") { Description = description, Arity = ArgumentArity.ZeroOrOne };
        file.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value.Length > 1 && token.Value[0] == '-')
            {
                result.AddError($"Unrecognized option '{token.Value}'.");
            }
        });
        return file;
    }
}
