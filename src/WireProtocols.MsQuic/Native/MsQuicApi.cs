using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>The library, loaded once and kept for the life of the process, with one registration of it.</summary>
internal sealed unsafe class MsQuicApi
{
    private static readonly Lazy<(MsQuicApi? Api, string? Missing)> Library = new(Load);

    private MsQuicApi(ApiTable* table, nint registration, Version version)
    {
        Table = table;
        Registration = registration;
        Version = version;
    }

    /// <summary>The library, or null.</summary>
    public static MsQuicApi? Loaded => Library.Value.Api;

    /// <summary>Why there is none, or null.</summary>
    public static string? Missing => Library.Value.Missing;

    public ApiTable* Table { get; }

    public nint Registration { get; }

    public Version Version { get; }

    /// <exception cref="PlatformNotSupportedException">There is no library.</exception>
    public static MsQuicApi Get() => Loaded ?? throw new PlatformNotSupportedException(Missing);

    /// <exception cref="MsQuicException">The status is a failure.</exception>
    public static void Check(uint status, string what)
    {
        if (Status.HasFailed(status))
        {
            throw new MsQuicException($"msquic cannot {what}: {Status.Describe(status)}.");
        }
    }

    /// <summary>How many connections and streams msquic has at the moment, of everybody in this process.</summary>
    public (long Connections, long Streams) CountActive()
    {
        const int ActiveConnections = 4, ActiveStreams = 8, Count = 9;
        long* counters = stackalloc long[Count];
        uint length = Count * sizeof(long);

        // In bounds: the first counters are asked for, and the length says how many.
        Check(Table->GetParam(0, Parameter.PerformanceCounters, &length, counters), "count");
        return (counters[ActiveConnections], counters[ActiveStreams]);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps the library from loading is the reason that is told.")]
    private static (MsQuicApi? Api, string? Missing) Load()
    {
        if (!Environment.Is64BitProcess)
        {
            return (null, "msquic is used from 64-bit processes only.");
        }

        string name = OperatingSystem.IsWindows() ? "msquic.dll" : OperatingSystem.IsMacOS() ? "libmsquic.2.dylib" : "libmsquic.so.2";

        // Windows has the library where the runtime is.
        if (!NativeLibrary.TryLoad(name, typeof(object).Assembly, DllImportSearchPath.AssemblyDirectory, out nint library)
            && !NativeLibrary.TryLoad(name, out library))
        {
            return (null, $"msquic is not installed: there is no {name} that can be loaded.");
        }

        if (!NativeLibrary.TryGetExport(library, "MsQuicOpenVersion", out nint export))
        {
            return (null, $"{name} is no msquic of version 2.");
        }

        // In bounds: the export has this signature in every msquic 2, and the table it gives has at least the functions of ApiTable, which are
        // those of its first release.
        ApiTable* table;
        uint status = ((delegate* unmanaged[Cdecl]<uint, ApiTable**, uint>)export)(2, &table);
        if (Status.HasFailed(status))
        {
            return (null, $"{name} does not start: {Status.Describe(status)}.");
        }

        nint registration;
        status = table->RegistrationOpen(null, &registration);
        return Status.HasFailed(status)
            ? (null, $"{name} does not start: {Status.Describe(status)}.")
            : (new MsQuicApi(table, registration, ReadVersion(table)), null);
    }

    private static Version ReadVersion(ApiTable* table)
    {
        // In bounds: the parameter is four numbers, and the length says so.
        uint* parts = stackalloc uint[4];
        uint length = 4 * sizeof(uint);
        return Status.HasFailed(table->GetParam(0, Parameter.LibraryVersion, &length, parts))
            ? new Version(2, 0)
            : new Version((int)parts[0], (int)parts[1], (int)parts[2], (int)parts[3]);
    }
}
