using System.Collections.Concurrent;
using WireProtocols.InteropTests.ProxyProtocol;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>A server, a tee in front of it, and a proxy in front of that.</summary>
public sealed class ProxiedServer(ProxyProgram proxy, Tee tee)
{
    public Tee Tee => tee;

    public int Port => proxy.Port;

    public Uri Http(string path) => new($"http://127.0.0.1:{proxy.Port}{path}");

    public Uri WebSocket(string path) => new($"ws://127.0.0.1:{proxy.Port}{path}");

    internal async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await tee.DisposeAsync();
    }
}

/// <summary>`wire serve` and an application of ASP.NET Core, each behind each proxy. What nobody asks for is not started.</summary>
public sealed class ProxiedServers : IAsyncLifetime
{
    public const string Wire = "wire serve";
    public const string AspNetCore = "ASP.NET Core";

    /// <summary>How long a test may take until something hangs, in milliseconds.</summary>
    public const int Patience = 120_000;

    private readonly ConcurrentDictionary<(string Proxy, string Server, int Seconds), Lazy<Task<ProxiedServer>>> _proxied = new();
    private readonly Lazy<Task<ProxiedServe>> _serve = new(ProxiedServe.StartAsync);
    private readonly Lazy<Task<ProxiedApplication>> _application = new(ProxiedApplication.StartAsync);

    /// <summary>Each proxy with each server.</summary>
    public static TheoryData<string, string> All
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string proxy in ReverseProxy.Names)
            {
                all.Add(proxy, Wire);
                all.Add(proxy, AspNetCore);
            }

            return all;
        }
    }

    /// <param name="seconds">After which the proxy gives up.</param>
    public Task<ProxiedServer> GetAsync(string proxy, string server, int seconds = 60)
        => _proxied.GetOrAdd((proxy, server, seconds), key => new(() => StartAsync(key.Proxy, key.Server, key.Seconds))).Value;

    /// <summary>The application of ASP.NET Core, for what only the server knows.</summary>
    public Task<ProxiedApplication> GetApplicationAsync() => _application.Value;

    /// <summary>The server itself, without a proxy.</summary>
    public async Task<int> GetPortAsync(string server) => server == Wire ? (await _serve.Value).Port : (await _application.Value).Port;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<ProxiedServer>> proxied in _proxied.Values.Where(p => p.Value.IsCompletedSuccessfully))
        {
            await (await proxied.Value).DisposeAsync();
        }

        if (_serve.IsValueCreated)
        {
            await (await _serve.Value).DisposeAsync();
        }

        if (_application.IsValueCreated)
        {
            await (await _application.Value).DisposeAsync();
        }
    }

    private async Task<ProxiedServer> StartAsync(string proxy, string server, int seconds)
    {
        Tee tee = new(await GetPortAsync(server));
        try
        {
            return new ProxiedServer(await ReverseProxy.StartAsync(proxy, tee.Port, seconds), tee);
        }
        catch
        {
            await tee.DisposeAsync();
            throw;
        }
    }

    /// <summary>`wire serve` that leaves it to the clients to keep WebSockets alive.</summary>
    private sealed class ProxiedServe : ServeFixture
    {
        public int Port => new Uri(Http).Port;

        protected override string[] Arguments => ["--heartbeat", "1", "--keep-alive", "0"];

        public static async Task<ProxiedServe> StartAsync()
        {
            ProxiedServe serve = new();
            await serve.InitializeAsync();
            return serve;
        }
    }
}
