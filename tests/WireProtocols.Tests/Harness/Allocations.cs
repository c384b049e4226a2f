namespace WireProtocols.Tests.Harness;

/// <summary>What a piece of work allocates on this thread once it is warm.</summary>
public static class Allocations
{
    private const int Rounds = 5;

    /// <summary>The most often that the work is done.</summary>
    public const int MaxCalls = Rounds + 1;

    /// <returns>The bytes of the round that allocated least: a collection that another test sets off lets the runtime's own count slip by
    /// up to an allocation context.</returns>
    public static long Of(Action work)
    {
        work();
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
