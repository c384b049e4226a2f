namespace WireProtocols.Tests.Architecture;

/// <summary>The exceptions to a rule, each with its reason.</summary>
/// <param name="list">What is excepted: a breach begins with it.</param>
public sealed class Exceptions(params (string What, string Why)[] list)
{
    /// <summary>The breaches that are no exceptions.</summary>
    public IEnumerable<string> Apply(IEnumerable<string> breaches)
        => breaches.Where(b => !list.Any(e => b.StartsWith(e.What, StringComparison.Ordinal)));
}
