namespace WireProtocols.Cli.Common;

/// <summary>How `wire` ends.</summary>
internal static class ExitStatus
{
    public const int Ok = 0;
    public const int Violation = 1;
    public const int Usage = 2;
    public const int InputOutput = 3;

    /// <summary>What each says, for help and the manual.</summary>
    public static IReadOnlyList<(int Number, string Meaning)> All { get; } =
    [
        (Ok, "all well"),
        (Violation, "a rule of a protocol is broken, or a case has failed"),
        (Usage, "the command line or its input is wrong"),
        (InputOutput, "a file or connection cannot be had, or was lost"),
    ];
}
