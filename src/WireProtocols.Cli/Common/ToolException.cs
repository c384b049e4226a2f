namespace WireProtocols.Cli.Common;

/// <summary>Ends the tool with one line on stderr and a status.</summary>
internal sealed class ToolException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>What an exception says, without what only programmers read: the name of a parameter, and a pointer to an inner exception.</summary>
    public static string Plain(Exception exception)
    {
        string message = exception is ArgumentException { ParamName: { } name }
            ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : exception.Message;
        return message.Contains("see inner exception", StringComparison.OrdinalIgnoreCase) && exception.InnerException is { } inner
            ? Plain(inner)
            : message;
    }

    public static ToolException Usage(string message) => new(ExitStatus.Usage, message);
}
