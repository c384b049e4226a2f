using Microsoft.Win32.SafeHandles;

namespace WireProtocols.Cli.IO;

/// <summary>
/// The process's own streams. The console's streams swallow a broken pipe and do not tell a regular file's length, so where they would, the
/// descriptor is opened as a file.
/// </summary>
internal static class StandardStreams
{
    public static Stream OpenInput()
        => Console.IsInputRedirected && !OperatingSystem.IsWindows() && Open(0, FileAccess.Read) is { } stream
            ? stream
            : Console.OpenStandardInput();

    public static Stream OpenOutput()
    {
        // A regular file stays with the console's stream: it goes on at the shared offset, which a FileStream would not move.
        if (OperatingSystem.IsWindows() || Open(1, FileAccess.Write) is not { CanSeek: false } stream)
        {
            return Console.OpenStandardOutput();
        }

        return stream;
    }

    private static FileStream? Open(int descriptor, FileAccess access)
    {
        try
        {
            return new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
