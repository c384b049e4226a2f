namespace WireProtocols.Cli.Connect;

/// <summary>What `wire connect` can talk, one a line.</summary>
internal static class ConnectProtocols
{
    public static IReadOnlyList<ConnectProtocol> All { get; } =
    [
        new HttpConnect(),
        new WebSocketConnect(),
    ];

    /// <exception cref="ToolException">WebTransport is asked for over another scheme than https.</exception>
    public static ConnectProtocol? Find(ConnectRun run)
        => !run.Get(run.Options.WebTransport) ? All.FirstOrDefault(p => p.Schemes.Contains(run.Url.Scheme))
            : run.Url.Scheme == "https" ? new WebTransportConnect()
            : throw ToolException.Usage("--webtransport is for https:// URLs.");
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
