namespace WireProtocols.Tests.Architecture;

/// <summary>The exceptions to a rule, each with its reason. One that the code needs no longer is itself a breach, so that the list only shrinks.</summary>
/// <param name="list">What is excepted: a breach begins with it.</param>
public sealed class Exceptions(params (string What, string Why)[] list)
{
    /// <summary>The breaches that are no exceptions, and the exceptions that are no breaches.</summary>
    public string[] Apply(IEnumerable<string> breaches)
    {
        string[] all = [.. breaches];
        return
        [
            .. all.Where(b => !list.Any(e => b.StartsWith(e.What, StringComparison.Ordinal))),
            .. list.Where(e => !all.Any(b => b.StartsWith(e.What, StringComparison.Ordinal))).Select(e => $"needed no longer: {e.What}"),
        ];
    }
}
