namespace WireProtocols.Testing;

/// <summary>An invariant of a target did not hold.</summary>
public sealed class FuzzFailureException(string message) : Exception(message);

/// <summary>An input took more work than any of its length may.</summary>
public sealed class FuzzHangException(long steps) : Exception($"It is not over after {steps} basic blocks.");
