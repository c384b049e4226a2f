using WireProtocols.Benchmarks.Load.Quic;

namespace WireProtocols.Benchmarks.Load;

/// <summary><c>load-server ours|ours-sockets|kestrel|ours-http|ours-http-sockets|kestrel-http|ours-events|ours-events-sockets|kestrel-events|
/// webtransport-msquic|webtransport-system|webtransport-node|quic-raw</c>: what <c>load</c> starts for itself.</summary>
public static class LoadServerCommand
{
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string kind)
    {
        await using IAsyncDisposable server = kind switch
        {
            "ours" => OurServer.Start(useEventLoops: true),
            "ours-sockets" => OurServer.Start(useEventLoops: false),
            "kestrel" => await KestrelServer.StartAsync(),
            "ours-http" => OurHttpServer.Start(useEventLoops: true),
            "ours-http-sockets" => OurHttpServer.Start(useEventLoops: false),
            "kestrel-http" => await KestrelHttpServer.StartAsync(),
            "ours-events" => OurEventServer.Start(useEventLoops: true),
            "ours-events-sockets" => OurEventServer.Start(useEventLoops: false),
            "kestrel-events" => await KestrelEventServer.StartAsync(),
            "webtransport-msquic" => MsQuicEchoServer.Start(),
            "webtransport-system" => await SystemQuicEchoServer.StartAsync(isRaw: false),
            "webtransport-node" => await NodeEchoServer.StartAsync(),
            "quic-raw" => await SystemQuicEchoServer.StartAsync(isRaw: true),
            _ => throw new ArgumentException($"There is no server '{kind}'.", nameof(kind)),
        };
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
