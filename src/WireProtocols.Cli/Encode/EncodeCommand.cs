using System.CommandLine;
using System.Text.Json;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Encode;

/// <summary>`wire encode FORMAT [FILE]`: rows of JSON in, wire bytes out.</summary>
internal static class EncodeCommand
{
    public static Command Create(ToolIO io)
    {
        Command encode = new("encode", "Make wire bytes from rows of the kind that 'wire decode --json' prints.");
        EncodeOptions options = new();
        options.AddTo(encode);
        foreach (EncodeFormat format in EncodeFormats.All)
        {
            Command command = new(format.Name, format.Description) { options.File };
            foreach (string alias in format.Aliases)
            {
                command.Aliases.Add(alias);
            }

            foreach (Option option in format.Options)
            {
                command.Add(option);
            }

            command.SetAction((arguments, stop) => RunAsync(format, arguments, options, io, stop));
            encode.Add(command);
        }

        return encode;
    }

    private static async Task<int> RunAsync(EncodeFormat format, ParseResult arguments, EncodeOptions options, ToolIO io, CancellationToken stop)
    {
        using ByteInput input = ByteInput.Open(arguments.GetValue(options.File) ?? "-", hex: false, io);
        OutputBuffer output = new(io.Output);
        EncodeOutput bytes = new(output, arguments.GetValue(options.Hex));
        EncodeSession session = format.Start(new EncodeRun(arguments, bytes));
        LineSplitter lines = new(arguments.GetValue(options.MaxLine));
        try
        {
            return await PumpAsync(input, lines, session, EncodeProperties.Of(format.Name), bytes, stop);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            // A writer behind its end, and text that is no Unicode, are operations that are not valid.
            throw ToolException.Usage($"line {lines.Number}: {ToolException.Plain(exception)}");
        }
        finally
        {
            bytes.End();
            output.Flush();
        }
    }

    private static async Task<int> PumpAsync(
        ByteInput input,
        LineSplitter lines,
        EncodeSession session,
        IReadOnlySet<string> properties,
        EncodeOutput output,
        CancellationToken stop)
    {
        while (await input.ReadAsync(stop) is { } bytes)
        {
            while (lines.TryRead(ref bytes, out ReadOnlyMemory<byte> line))
            {
                EncodeLine(line, session, properties, lines.Number);
                output.EndElement();
            }

            output.Flush();
        }

        EncodeLine(lines.Complete(), session, properties, lines.Number);
        session.Complete();
        return ExitStatus.Ok;
    }

    private static void EncodeLine(ReadOnlyMemory<byte> line, EncodeSession session, IReadOnlySet<string> properties, long number)
    {
        if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(line);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException("a row is a JSON object");
        }

        EncodeRow row = new(document.RootElement);
        if (row.Kind == "error")
        {
            throw new ToolException(
                ExitStatus.Violation, $"line {number} reports a violation ({row.GetString("code", "error")}); nothing is written for it.");
        }

        if (row.FindOther(properties) is { } unknown)
        {
            throw new ArgumentException($"a row of this format has no property \"{unknown}\"");
        }

        session.Encode(row);
    }
}
