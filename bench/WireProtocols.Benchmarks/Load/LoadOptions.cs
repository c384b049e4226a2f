namespace WireProtocols.Benchmarks.Load;

/// <summary>What the command line of <c>load</c> says.</summary>
/// <param name="Parts">Which parts; all when empty.</param>
/// <param name="Servers">Keeps the servers whose name contains one of these; all when empty.</param>
/// <param name="Time">How long a round measures.</param>
/// <param name="Rounds">How many rounds count; the one with the median rate is shown.</param>
/// <param name="IdleConnections">How many connections the memory is told for.</param>
/// <param name="Json">A JSON object a line, for machines.</param>
public sealed record LoadOptions(
    IReadOnlyList<string> Parts, IReadOnlyList<string> Servers, TimeSpan Time, int Rounds, int IdleConnections, bool Json)
{
    public bool Has(string part) => Parts.Count == 0 || Parts.Contains(part);

    public bool Includes(string server) => Servers.Count == 0 || Servers.Any(s => server.Contains(s, StringComparison.OrdinalIgnoreCase));
}
