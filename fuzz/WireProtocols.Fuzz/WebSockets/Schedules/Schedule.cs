namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>What holds in every schedule.</summary>
internal static class Schedule
{
    /// <summary>Demands an invariant.</summary>
    public static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new FuzzFailureException(what);
        }
    }
}
