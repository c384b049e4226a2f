using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace WireProtocols.Cli;

/// <summary>The help of every command, with the formats of `decode` and `encode` one a line in a section of that name.</summary>
internal static class HelpText
{
    public static void Customize(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().First();
        help.Action = new NamedSectionHelp((HelpAction)help.Action!);
    }

    /// <summary>The words between `wire` and the options, for instance <c>decode sse </c>.</summary>
    public static string PathOf(Command command)
        => command is RootCommand ? "" : PathOf(command.Parents.OfType<Command>().First()) + command.Name + " ";

    private sealed class NamedSectionHelp(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            using StringWriter text = new();
            TextWriter output = parseResult.InvocationConfiguration.Output;
            parseResult.InvocationConfiguration.Output = text;
            int status = inner.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output = output;
            bool listsFormats = parseResult.CommandResult.Command.Name is "decode" or "encode";
            output.Write(listsFormats ? text.ToString().Replace("Commands:", "Formats:", StringComparison.Ordinal) : text.ToString());
            output.Write("Exit status:\n");
            foreach ((int number, string meaning) in ExitStatus.All)
            {
                output.Write($"  {number}  {meaning}\n");
            }

            output.Write("\n");
            return status;
        }
    }
}
