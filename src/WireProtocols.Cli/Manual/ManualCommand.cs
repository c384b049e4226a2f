using System.CommandLine;
using System.Text;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Manual;

/// <summary>`wire man`: the page of the manual, made of the commands and options that there are.</summary>
internal static class ManualCommand
{
    public static Command Create(ToolIO io)
    {
        Command manual = new("man", "Print the page of the manual; 'wire man | man -l -' shows it.");
        manual.SetAction(arguments =>
        {
            OutputBuffer output = new(io.Output);
            output.Write(Write(arguments.RootCommandResult.Command));
            output.Flush();
        });
        return manual;
    }

    private static string Write(Command root)
    {
        StringBuilder page = new();
        page.Append(".TH WIRE 1\n.SH NAME\nwire \\- ").Append(Escape(root.Description)).Append("\n.SH SYNOPSIS\n");
        foreach (Command verb in Visible(root.Subcommands))
        {
            page.Append(".B wire ").Append(Escape(verb.Name)).Append('\n').Append(Escape(SynopsisOf(verb))).Append("\n.br\n");
        }

        page.Append(".SH COMMANDS\n");
        foreach (Command verb in Visible(root.Subcommands))
        {
            Write(page, verb, $"wire {verb.Name}", ".SS");
        }

        page.Append(".SH EXIT STATUS\n");
        foreach ((int number, string meaning) in ExitStatus.All)
        {
            page.Append(".TP\n.B ").Append(number).Append('\n').Append(Escape(meaning)).Append('\n');
        }

        return page.Append(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colour where it is set and not empty.\n").ToString();
    }

    private static void Write(StringBuilder page, Command command, string path, string heading)
    {
        page.Append(heading).Append(" \"").Append(Escape(path)).Append("\"\n").Append(Escape(command.Description)).Append('\n');
        foreach (Argument argument in command.Arguments)
        {
            page.Append(".TP\n.I ").Append(Escape(argument.Name)).Append('\n').Append(Escape(argument.Description)).Append('\n');
        }

        foreach (Option option in command.Options.Where(o => !o.Hidden))
        {
            string names = string.Join(", ", option.Aliases.Prepend(option.Name));
            page.Append(".TP\n.B ").Append(Escape(names)).Append(Escape(option.HelpName is { } value ? $" {value}" : "")).Append('\n');
            page.Append(Escape(option.Description)).Append('\n');
        }

        foreach (Command format in Visible(command.Subcommands))
        {
            Write(page, format, $"{path} {format.Name}", ".SS");
        }
    }

    private static string SynopsisOf(Command verb)
        => (verb.Subcommands.Count > 0 ? "FORMAT " : "") + "[OPTION]... " + string.Join(" ", verb.Arguments.Select(a => a.Name));

    private static IEnumerable<Command> Visible(IEnumerable<Command> commands) => commands.Where(c => !c.Hidden);

    /// <summary>Text for roff: a line does not begin with a control character, and hyphens are those of options.</summary>
    private static string Escape(string? text)
    {
        string escaped = (text ?? "").Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }
}
