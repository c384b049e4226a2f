using WireProtocols.Benchmarks.Native;
using WireProtocols.Testing;

namespace WireProtocols.Benchmarks.Comparison;

/// <summary>A peer in another language as one of those that are timed in turn.</summary>
internal static class CompareSide
{
    public static TimedSide Of(NativePeer peer) => peer.TimesItself ? new TimedSide(calls => Add(peer.Run, calls)) : new TimedSide(() => peer.Run());

    private static double Add(Func<long> nanoseconds, int calls)
    {
        long sum = 0;
        for (int i = 0; i < calls; i++)
        {
            sum += nanoseconds();
        }

        return sum;
    }
}
