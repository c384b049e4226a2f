using System.ComponentModel;
using System.Runtime.InteropServices;

namespace WireProtocols.Transports;

/// <summary>Why a system call failed.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int BadDescriptor = 9;
    public const int WouldBlock = 11;
    public const int TableFull = 23;
    public const int TooManyOpen = 24;
    public const int NoMemory = 12;
    public const int NoBuffers = 105;
    public const int InvalidArgument = 22;

    /// <summary>The reason of the last call that this thread made.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The reason as what a transport throws.</summary>
    public static IOException ToException(int error)
    {
        Win32Exception reason = new(error);
        return new IOException(reason.Message, reason);
    }
}
