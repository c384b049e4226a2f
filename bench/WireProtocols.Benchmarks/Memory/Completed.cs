namespace WireProtocols.Benchmarks.Memory;

/// <summary>Takes results that are there already, as they are where everything is in memory.</summary>
internal static class Completed
{
    public static T Take<T>(ValueTask<T> pending)
        => pending.IsCompletedSuccessfully ? pending.Result : pending.AsTask().GetAwaiter().GetResult();

    public static void Take(ValueTask pending)
    {
        if (!pending.IsCompletedSuccessfully)
        {
            pending.AsTask().GetAwaiter().GetResult();
        }
    }
}
