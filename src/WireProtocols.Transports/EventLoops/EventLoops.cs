using System.Runtime.InteropServices;

namespace WireProtocols.Transports;

/// <summary>The event loops of the process, one a processor, from the first use on.</summary>
internal static class EventLoops
{
    private static readonly Lazy<EventLoop[]> All = new(() => [.. Enumerable.Range(0, Environment.ProcessorCount).Select(n => new EventLoop(n))]);

    private static uint _next;

    /// <summary>Whether this system has what a loop needs.</summary>
    public static bool AreSupported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 or Architecture.Arm64 or Architecture.Arm
            or Architecture.RiscV64 or Architecture.LoongArch64;

    /// <summary>Each of them in turn.</summary>
    public static EventLoop Next() => All.Value[(int)(Interlocked.Increment(ref _next) % (uint)All.Value.Length)];
}
