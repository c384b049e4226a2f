namespace WireProtocols.Fuzz;

/// <summary>An invariant of a target did not hold.</summary>
public sealed class FuzzFailureException(string what) : Exception($"The invariant does not hold: {what}.");
