using System.CommandLine;
using WireProtocols.Cli.Conform;
using WireProtocols.Cli.Connect;
using WireProtocols.Cli.Decode;
using WireProtocols.Cli.Encode;
using WireProtocols.Cli.Fuzz;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Manual;
using WireProtocols.Cli.Serve;
using WireProtocols.Cli.Stun;
using WireProtocols.Cli.Tap;

namespace WireProtocols.Cli;

/// <summary>The tool as a function of its arguments and streams, so that tests run it in process.</summary>
internal static class WireTool
{
    /// <returns>One of <see cref="ExitStatus"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, ToolIO io, CancellationToken stop = default)
    {
        try
        {
            return await InvokeAsync(args, io, stop);
        }
        catch (Exception quiet) when (quiet is OutputClosedException || (quiet is OperationCanceledException && stop.IsCancellationRequested))
        {
            return ExitStatus.Ok;
        }
        catch (ToolException exception)
        {
            Complain(io, exception.Message);
            return exception.Status;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Complain(io, ToolException.Plain(exception));
            return ExitStatus.InputOutput;
        }
    }

    private static async Task<int> InvokeAsync(IReadOnlyList<string> args, ToolIO io, CancellationToken stop)
    {
        RootCommand root = new("See, make and serve the framings of the realtime web: WebSocket, event streams, chunks, NDJSON, WebTransport.")
        {
            DecodeCommand.Create(io),
            EncodeCommand.Create(io),
            ServeCommand.Create(io),
            ConnectCommand.Create(io),
            TapCommand.Create(io),
            ReplayCommand.Create(io),
            ConformCommand.Create(io),
            FuzzCommand.Create(io),
            StunCommand.Create(io),
            CompletionCommand.Create(io),
            ManualCommand.Create(io),
        };
        HelpText.Customize(root);

        // No response files: a FILE may be called @something.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            throw ToolException.Usage(DescribeErrors(parsed));
        }

        using StringWriter text = new();
        int status = await parsed.InvokeAsync(
            new InvocationConfiguration { Output = text, Error = io.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            stop);
        OutputBuffer output = new(io.Output);
        output.Write(text.ToString());
        output.Flush();
        return status;
    }

    private static string DescribeErrors(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string errors = command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [string unknown, ..]
            ? $"'{unknown}' is nothing that '{$"wire {HelpText.PathOf(command)}".TrimEnd()}' knows: "
                + $"{string.Join(", ", command.Subcommands.Select(c => c.Name))}."
            : string.Join("\n", parsed.Errors.Select(e => e.Message));
        return $"{errors}\nTry 'wire {HelpText.PathOf(command)}--help'.";
    }

    private static void Complain(ToolIO io, string message)
    {
        try
        {
            io.Error.WriteLine($"wire: {message}");
            io.Error.Flush();
        }
        catch (IOException)
        {
            // Nobody listens on stderr either; the status says it.
        }
    }
}
