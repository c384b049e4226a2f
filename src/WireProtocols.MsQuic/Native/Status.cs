using System.Globalization;

namespace WireProtocols.MsQuic;

/// <summary><c>QUIC_STATUS</c>: an HRESULT on Windows, an error number elsewhere.</summary>
internal static class Status
{
    public const uint Success = 0;

    /// <summary>What has been given to a callback is taken, and done with later.</summary>
    public static uint Pending { get; } = OperatingSystem.IsWindows() ? 0x703e5 : unchecked((uint)-2);

    public static uint InternalError { get; } = OperatingSystem.IsWindows() ? 0x80410003 : 5;

    public static uint ConnectionRefused { get; } = OperatingSystem.IsWindows() ? 0x800704c9 : OperatingSystem.IsMacOS() ? 61u : 111;

    /// <summary>A TLS alert of an unknown certificate.</summary>
    public static uint BadCertificate { get; } = OperatingSystem.IsWindows() ? 0x80410100 | 42u : 200_000_256 + 42;

    private static uint ConnectionIdle { get; } = OperatingSystem.IsWindows() ? 0x80410005 : OperatingSystem.IsMacOS() ? 101u : 62;

    private static uint ConnectionTimeout { get; } = OperatingSystem.IsWindows() ? 0x80410006 : OperatingSystem.IsMacOS() ? 60u : 110;

    private static uint Unreachable { get; } = OperatingSystem.IsWindows() ? 0x800704d0 : OperatingSystem.IsMacOS() ? 65u : 113;

    public static bool HasFailed(uint status) => OperatingSystem.IsWindows() ? (int)status < 0 : (int)status > 0;

    public static bool IsIdle(uint status) => status == ConnectionIdle;

    public static bool IsRefused(uint status) => status == ConnectionRefused;

    public static bool IsLost(uint status) => status == ConnectionTimeout || status == Unreachable || status == ConnectionRefused;

    /// <summary>The status as a text for a person.</summary>
    public static string Describe(uint status)
        => status == ConnectionIdle ? "idle timeout"
            : status == ConnectionTimeout ? "the peer does not answer"
            : status == Unreachable ? "the peer cannot be reached"
            : status == ConnectionRefused ? "the peer refuses connections"
            : string.Create(CultureInfo.InvariantCulture, $"msquic status 0x{status:x}");
}
