using System.Runtime.InteropServices;

namespace WireProtocols.Testing;

/// <summary>
/// The target's side of AFL's fork server protocol. AFL asks for a run on one descriptor and wants a process id, then an exit status, on
/// the other; instead of a fork there is a call, so that the runtime starts once for millions of inputs.
/// </summary>
public static unsafe partial class ForkServer
{
    private const int ControlDescriptor = 198;
    private const int StatusDescriptor = 199;
    private const int Aborted = 6; // as wait() says it: killed by SIGABRT
    private const int LargestInput = 1 << 20; // AFL's own limit

    /// <summary>Serves until AFL goes away.</summary>
    /// <returns>The exit status.</returns>
    public static int Run(FuzzTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!int.TryParse(Environment.GetEnvironmentVariable("__AFL_SHM_ID"), out int id))
        {
            Console.Error.WriteLine("This is for afl-fuzz to call; use fuzz/run.sh.");
            return 2;
        }

        nint map = AttachSharedMemory(id, 0, 0);
        if (map == -1)
        {
            Console.Error.WriteLine("AFL's shared memory cannot be attached.");
            return 2;
        }

        // What runs only once, static constructors above all, is no property of an input.
        Runs(target, []);
        Coverage.UseMap(map);
        byte[] buffer = new byte[LargestInput];
        Send(0); // hello, without options
        while (Receive())
        {
            int length = ReadInput(buffer);
            Send(Environment.ProcessId);
            Coverage.Restart();
            Send(Runs(target, buffer.AsSpan(0, length)) ? 0 : Aborted);
        }

        return 0;
    }

    private static bool Runs(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        try
        {
            target.Run(input);
            return true;
        }
#pragma warning disable CA1031 // Whatever a target throws is the finding; AFL keeps the input.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>The input is a file behind standard input, rewound by AFL before each run.</summary>
    private static int ReadInput(byte[] buffer)
    {
        int length = 0;

        // In bounds: the kernel writes at most as many bytes as are left.
        fixed (byte* start = buffer)
        {
            nint count;
            while (length < buffer.Length && (count = Read(0, start + length, buffer.Length - length)) > 0)
            {
                length += (int)count;
            }
        }

        return length;
    }

    private static bool Receive()
    {
        int message;
        return Read(ControlDescriptor, &message, sizeof(int)) == sizeof(int);
    }

    private static void Send(int message)
    {
        if (Write(StatusDescriptor, &message, sizeof(int)) != sizeof(int))
        {
            Environment.Exit(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "shmat")]
    private static partial nint AttachSharedMemory(int id, nint address, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* buffer, nint count);
}
