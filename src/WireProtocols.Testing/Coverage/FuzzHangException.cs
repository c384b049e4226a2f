namespace WireProtocols.Testing;

/// <summary>An input took more work than any of its length may.</summary>
public sealed class FuzzHangException(long steps) : Exception($"It is not over after {steps} basic blocks.");
