using System.CommandLine;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Decode;

/// <summary>`wire decode [FILE]` without a format: guesses it, says so, and decodes.</summary>
internal static class GuessCommand
{
    /// <summary>What decodes an input whose first bytes have been read already.</summary>
    /// <param name="arguments">The command line with the format in it.</param>
    /// <param name="input">The input.</param>
    public delegate Task<int> Decoding(ParseResult arguments, ByteInput input, CancellationToken stop);

    public static void AddTo(Command decode, DecodeOptions options, ToolIO io, IReadOnlyDictionary<string, Decoding> formats)
    {
        Argument<string?> file = CommonOptions.FileArgument("The file to decode where no format is named: it is guessed.");
        decode.Add(file);
        decode.SetAction(async (arguments, stop) =>
        {
            string name = arguments.GetValue(file) ?? "-";
            if (name != "-" && !File.Exists(name) && name.IndexOfAny(['/', '\\', '.']) < 0)
            {
                throw ToolException.Usage($"'{name}' is neither a format nor a file.\nTry 'wire decode --help'.");
            }

            using ByteInput input = ByteInput.Open(name, arguments.GetValue(options.Hex), io);
            string[] guess = FormatGuess.Find((await input.PeekAsync(FormatGuess.Length, stop)).Span)
                ?? throw ToolException.Usage("the input looks like no format that can be guessed; name one.\nTry 'wire decode --help'.");
            await io.Error.WriteLineAsync($"wire: no format is named; this looks like 'wire decode {string.Join(' ', guess)}'");
            await io.Error.FlushAsync(stop);
            return await formats[guess[0]](decode.Parse([.. guess, .. Repeat(arguments, options)]), input, stop);
        });
    }

    /// <summary>The options of every format, as they were given.</summary>
    private static IEnumerable<string> Repeat(ParseResult arguments, DecodeOptions options)
    {
        if (arguments.GetValue(options.Json))
        {
            yield return options.Json.Name;
        }

        foreach (Option<int> option in (Option<int>[])[options.ReadSize, options.MaxPayload, options.MaxElement])
        {
            yield return option.Name;
            yield return arguments.GetValue(option).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
