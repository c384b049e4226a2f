using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Decode;

/// <summary>`wire decode FORMAT [FILE]`: the loop that every format shares.</summary>
internal static class DecodeCommand
{
    public static Command Create(ToolIO io)
    {
        DecodeOptions options = new();
        Command decode = new("decode", "Show what bytes on the wire mean, element by element as they arrive.");
        options.AddTo(decode);
        Dictionary<string, GuessCommand.Decoding> decodings = [];
        foreach (DecodeFormat format in DecodeFormats.All)
        {
            decode.Add(CreateFormat(format, options, io));
            decodings[format.Name] = (arguments, input, stop) => RunAsync(format, arguments, options, io, input, stop);
        }

        GuessCommand.AddTo(decode, options, io, decodings);
        return decode;
    }

    private static Command CreateFormat(DecodeFormat format, DecodeOptions options, ToolIO io)
    {
        Command command = new(format.Name, format.Description);
        foreach (string alias in format.Aliases)
        {
            command.Aliases.Add(alias);
        }

        command.Add(options.File);
        foreach (Option option in format.Options)
        {
            command.Add(option);
        }

        command.SetAction(async (arguments, stop) =>
        {
            using ByteInput input = ByteInput.Open(arguments.GetValue(options.File) ?? "-", arguments.GetValue(options.Hex), io);
            return await RunAsync(format, arguments, options, io, input, stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        DecodeFormat format, ParseResult arguments, DecodeOptions options, ToolIO io, ByteInput input, CancellationToken stop)
    {
        Progress? progress = Progress.For(input, io);
        OutputBuffer output = new(io.Output) { BeforeFlush = progress is null ? null : progress.Hide };
        using DecodeRun run = new(arguments, options, io, output);
        using FormatSession session = format.Start(run);
        try
        {
            await PumpAsync(input, session, run, run.Get(options.ReadSize), output, progress, stop);
        }
        finally
        {
            progress?.Hide();
        }

        return run.Status;
    }

    private static async Task PumpAsync(
        ByteInput input, FormatSession session, DecodeRun run, int readSize, OutputBuffer output, Progress? progress, CancellationToken stop)
    {
        bool more = true;
        while (more)
        {
            // Whatever is complete is on the screen before anybody waits for more.
            output.Flush();
            if (await input.ReadAsync(stop) is not { } bytes)
            {
                session.Complete();
                break;
            }

            for (; more && !bytes.IsEmpty; bytes = bytes[Math.Min(readSize, bytes.Length)..])
            {
                ReadOnlySpan<byte> piece = bytes.Span[..Math.Min(readSize, bytes.Length)];
                run.Remember(piece);
                more = session.Feed(piece);
            }

            progress?.Report(input.BytesRead);
        }

        output.Flush();
    }
}
