using System.Text;

namespace WireProtocols.Cli.IO;

/// <summary>The streams that the tool talks to, and what is known of them.</summary>
internal sealed class ToolIO
{
    public required Stream Input { get; init; }

    public required Stream Output { get; init; }

    public required TextWriter Error { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>The user asked for no colour (https://no-color.org: the variable is present and not empty) or the terminal has none.</summary>
    public bool NoColour { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public bool Colour => OutputIsTerminal && !NoColour;

    public static ToolIO OfProcess() => new()
    {
        Input = StandardStreams.OpenInput(),
        Output = StandardStreams.OpenOutput(),
        Error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true },
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        NoColour = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) || Environment.GetEnvironmentVariable("TERM") == "dumb",
    };
}
