namespace WireProtocols.Cli.Common;

/// <summary>How `wire` ends.</summary>
internal static class ExitStatus
{
    public const int Ok = 0;
    public const int Violation = 1;
    public const int Usage = 2;
    public const int InputOutput = 3;
}
