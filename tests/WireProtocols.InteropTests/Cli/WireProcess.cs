using System.Diagnostics;

namespace WireProtocols.InteropTests.Cli;

/// <summary>The tool as a process of its own.</summary>
public static class WireProcess
{
    public static Process Start(params string[] args)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "wire.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [tool, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Sends a signal as a shell does.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such signal.");
        }

        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
