namespace WireProtocols.Testing;

/// <summary>An invariant of a target did not hold.</summary>
public sealed class FuzzFailureException(string message) : Exception(message);
