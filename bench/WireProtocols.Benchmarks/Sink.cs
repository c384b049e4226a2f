using System.Runtime.CompilerServices;

namespace WireProtocols.Benchmarks;

/// <summary>Where results go, so that the work that made them cannot be optimized away.</summary>
public static class Sink
{
    /// <summary>The last result.</summary>
    public static long Kept { get; private set; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Keep(long value) => Kept = value;
}
