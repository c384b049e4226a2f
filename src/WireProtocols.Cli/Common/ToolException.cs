namespace WireProtocols.Cli.Common;

/// <summary>Ends the tool with one line on stderr and a status.</summary>
internal sealed class ToolException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static ToolException Usage(string message) => new(ExitStatus.Usage, message);
}
