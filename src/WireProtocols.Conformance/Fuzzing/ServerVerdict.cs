namespace WireProtocols.Conformance;

/// <summary>What a round says of the server.</summary>
/// <param name="What">The kind of finding.</param>
/// <param name="Spec">Where the rule stands.</param>
/// <param name="Got">What came.</param>
internal sealed record ServerVerdict(string What, string Spec, string Got);
