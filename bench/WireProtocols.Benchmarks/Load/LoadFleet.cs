namespace WireProtocols.Benchmarks.Load;

/// <summary>The servers of a part that are installed, running beside each other until it is over.</summary>
public sealed class LoadFleet : IDisposable
{
    private readonly List<LoadServer> _servers = [];

    private LoadFleet()
    {
    }

    /// <summary>In their order.</summary>
    public IReadOnlyList<LoadServer> Servers => _servers;

    /// <summary>Starts those that the options name, and says which are not installed.</summary>
    /// <exception cref="InvalidOperationException">None is left.</exception>
    public static LoadFleet Start(IEnumerable<LoadServerKind> kinds, LoadOptions options, LoadReport report)
    {
        LoadFleet fleet = new();
        foreach (LoadServerKind kind in kinds.Where(k => options.Includes(k.Name)))
        {
            if (kind.Start() is { } server)
            {
                fleet._servers.Add(server);
            }
            else
            {
                report.Say($"{kind.Name} is left out: it is not installed or not built (bench/README.md).");
            }
        }

        return fleet._servers.Count > 0 ? fleet : throw new InvalidOperationException("No server is left to measure.");
    }

    public void Dispose()
    {
        foreach (LoadServer server in _servers)
        {
            server.Dispose();
        }
    }
}
