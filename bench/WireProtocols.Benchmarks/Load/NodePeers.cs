namespace WireProtocols.Benchmarks.Load;

/// <summary>The Node.js peers of the interop tests, which some servers here are or need.</summary>
public static class NodePeers
{
    /// <summary>The folder of the peers' scripts, where a package is installed there; else null.</summary>
    public static string? Find(string package)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string peers = Path.Combine(folder.FullName, "tests", "WireProtocols.InteropTests", "peers");
            if (Directory.Exists(Path.Combine(peers, "node_modules", package)))
            {
                return peers;
            }
        }

        return null;
    }
}
