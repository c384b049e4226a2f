namespace WireProtocols.Conformance;

/// <summary>Makes cases of clients.</summary>
internal static class ClientCase
{
    public static ConformanceCase Of(string id, ConformanceRule rule, string expected, Func<ClientContext, Task<ConformanceFinding>> play)
        => new(id, rule, expected, context => play((ClientContext)context));
}
