using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.ServerSentEvents;

/// <summary>How long a client waits before it connects again: "a delay equal to the reconnection time", then "optionally, … some more"
/// (HTML §9.2.3), which is exponential back-off with full jitter.</summary>
internal static class EventStreamBackoff
{
    /// <summary>What back-off starts from where the server asks for less.</summary>
    private static readonly TimeSpan LeastBase = TimeSpan.FromMilliseconds(500);

    /// <param name="reconnectionTime">What the server asks for.</param>
    /// <param name="failures">How many connections in a row have brought nothing.</param>
    /// <param name="cap">The most that is waited on top.</param>
    /// <param name="random">In [0, 1).</param>
    public static TimeSpan Delay(TimeSpan reconnectionTime, int failures, TimeSpan cap, double random)
    {
        // Where all clients of a server lose it at once, even the first try is spread out.
        TimeSpan start = failures > 0 && reconnectionTime < LeastBase ? LeastBase : reconnectionTime;
        double most = Math.Min(cap.Ticks, start.Ticks * Math.Pow(2, Math.Min(failures, 62)));
        return reconnectionTime + TimeSpan.FromTicks((long)(most * random));
    }

    /// <summary>A random number in [0, 1) from the operating system.</summary>
    public static double NextRandom()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
