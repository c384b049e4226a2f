namespace WireProtocols.MsQuic;

/// <summary>Whether msquic is there.</summary>
public static class MsQuicLibrary
{
    /// <summary>
    /// True where the library can be loaded: <c>libmsquic.so.2</c> on Linux, <c>libmsquic.2.dylib</c> on macOS, the runtime's own on Windows.
    /// </summary>
    public static bool IsSupported => MsQuicApi.Loaded is not null;

    /// <summary>Why it is not there, as a sentence; null where it is.</summary>
    public static string? Missing => MsQuicApi.Missing;

    /// <summary>The version of the library, or null where there is none.</summary>
    public static Version? Version => MsQuicApi.Loaded?.Version;
}
