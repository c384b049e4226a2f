namespace WireProtocols.Benchmarks.Load;

/// <summary><c>load-server ours|kestrel|ours-http|kestrel-http|ours-events|kestrel-events</c>: what <c>load</c> starts for itself.</summary>
public static class LoadServerCommand
{
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string kind)
    {
        await using IAsyncDisposable server = kind switch
        {
            "ours" => OurServer.Start(),
            "kestrel" => await KestrelServer.StartAsync(),
            "ours-http" => OurHttpServer.Start(),
            "kestrel-http" => await KestrelHttpServer.StartAsync(),
            "ours-events" => OurEventServer.Start(),
            "kestrel-events" => await KestrelEventServer.StartAsync(),
            _ => throw new ArgumentException($"There is no server '{kind}'.", nameof(kind)),
        };
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
