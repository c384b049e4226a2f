namespace WireProtocols.Cli.Connect;

/// <summary>What `wire connect` can talk, one a line.</summary>
internal static class ConnectProtocols
{
    public static IReadOnlyList<ConnectProtocol> All { get; } =
    [
        new EventStreamConnect(),
        new WebSocketConnect(),
    ];

    public static ConnectProtocol? Find(Uri url) => All.FirstOrDefault(p => p.Schemes.Contains(url.Scheme));
}

/// <summary>A client of one protocol: one file, and one line in <see cref="ConnectProtocols.All"/>.</summary>
internal abstract class ConnectProtocol
{
    /// <summary>The schemes of its URLs.</summary>
    public abstract IReadOnlyList<string> Schemes { get; }

    /// <summary>Connects and shows what crosses the wire until the end or <paramref name="stop"/>.</summary>
    /// <returns>The exit status.</returns>
    public abstract Task<int> RunAsync(ConnectRun run, CancellationToken stop);
}
