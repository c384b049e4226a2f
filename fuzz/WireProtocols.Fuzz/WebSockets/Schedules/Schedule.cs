using System.Runtime.CompilerServices;

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

    /// <summary>Demands an invariant; the message is put together only where it does not hold.</summary>
    public static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref FuzzMessage what)
    {
        if (!holds)
        {
            throw new FuzzFailureException(what.ToStringAndClear());
        }
    }
}
