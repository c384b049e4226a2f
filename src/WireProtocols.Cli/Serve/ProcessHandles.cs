using System.Diagnostics;

namespace WireProtocols.Cli.Serve;

/// <summary>What this process has open of the operating system's: files and sockets on Linux, handles elsewhere.</summary>
internal static class ProcessHandles
{
    private const string Descriptors = "/proc/self/fd";

    public static int Count()
    {
        if (Directory.Exists(Descriptors))
        {
            // The listing is open while it is taken.
            return Directory.GetFileSystemEntries(Descriptors).Length - 1;
        }

        using Process self = Process.GetCurrentProcess();
        return self.HandleCount;
    }
}
