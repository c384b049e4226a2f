using System.Diagnostics;

namespace WireProtocols.InteropTests;

/// <summary>Runs a script of <c>peers/</c> with Node.js, where that and the package it needs are installed.</summary>
public static class NodePeer
{
    private static readonly string Folder = Path.Combine(FindProject(), "peers");

    /// <summary>Runs the script to its end; skips the test where the peer is missing.</summary>
    /// <returns>The lines that the script printed.</returns>
    public static async Task<string[]> RunAsync(string package, string script, params string[] args)
    {
        if (!Has(package))
        {
            Assert.Skip($"The npm package '{package}' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
        }

        using Process process = Start(script, args);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}:\n{await output}{await error}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>True where the package is installed.</summary>
    public static bool Has(string package) => Directory.Exists(Path.Combine(Folder, "node_modules", package));

    /// <summary>Starts a script that goes on until it is told to stop.</summary>
    public static Process Start(string script, params string[] args)
    {
        ProcessStartInfo start = new("node", [script, .. args])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Node.js is not installed.");
            throw;
        }
    }

    private static string FindProject()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WireProtocols.InteropTests.csproj")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside a checkout.");
    }
}
