namespace WireProtocols.Benchmarks.Load;

/// <summary><c>load-server ours|kestrel</c>: what <c>load</c> starts for itself.</summary>
public static class LoadServerCommand
{
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string kind)
    {
        await using IAsyncDisposable server = kind == "ours" ? await OurServer.StartAsync() : await KestrelServer.StartAsync();
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
