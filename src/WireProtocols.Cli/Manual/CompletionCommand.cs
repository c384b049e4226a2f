using System.CommandLine;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Manual;

/// <summary>`wire completion SHELL`: the script by which a shell asks the tool for what may come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # source <(wire completion bash)
        _wire() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(wire "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _wire wire
        """;

    private const string Zsh = """
        #compdef wire
        # source <(wire completion zsh)
        _wire() {
            local -a words_of_wire
            words_of_wire=("${(@f)$(wire "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a words_of_wire || _files
        }
        compdef _wire wire
        """;

    private const string Fish = """
        # wire completion fish | source
        complete -c wire -a '(wire "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
        """;

    public static Command Create(ToolIO io)
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command completion = new("completion", "Print a script that completes the command line of wire.") { shell };
        completion.SetAction(arguments =>
        {
            OutputBuffer output = new(io.Output);
            output.Write(arguments.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            output.Write("\n");
            output.Flush();
        });
        return completion;
    }
}
