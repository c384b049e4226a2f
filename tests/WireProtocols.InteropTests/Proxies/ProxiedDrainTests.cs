using WireProtocols.InteropTests.ProxyProtocol;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>A server that stops behind each proxy.</summary>
public sealed class ProxiedDrainTests
{
    public static TheoryData<string> Proxies => [.. ReverseProxy.Names];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Proxies))]
    public async Task An_application_tells_its_clients_through_the_proxy(string proxy)
    {
        await using ProxiedApplication application = await ProxiedApplication.StartAsync();
        await CheckAsync(proxy, application.Port, () => application.StopAsync(Stop));
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Proxies))]
    public async Task Wire_serve_tells_its_clients_through_the_proxy(string proxy)
    {
        ServeFixture serve = new();
        await serve.InitializeAsync();
        await CheckAsync(proxy, new Uri(serve.Http).Port, () => serve.DisposeAsync().AsTask());
    }

    /// <summary>WebSockets get Close 1001, and an event stream ends in good order.</summary>
    private static async Task CheckAsync(string proxy, int server, Func<Task> stop)
    {
        await using ProxyProgram program = await ReverseProxy.StartAsync(proxy, server);
        string authority = $"127.0.0.1:{program.Port}";
        await using WebSocketConnection socket = await WebSocketClient.ConnectAsync(
            new Uri($"ws://{authority}/ws/echo"), new() { Proxy = null }, Stop);
        using HttpClient http = new();
        using HttpResponseMessage response = await http.GetAsync(
            new Uri($"http://{authority}/sse/clock?interval=3600000"), HttpCompletionOption.ResponseHeadersRead, Stop);
        using StreamReader events = new(await response.Content.ReadAsStreamAsync(Stop));
        Assert.NotNull(await events.ReadLineAsync(Stop));
        Task stopping = stop();
        Assert.Null(await socket.ReceiveAsync(Stop));
        Assert.Equal(WebSocketCloseCode.GoingAway, socket.CloseCode);
        await socket.CloseAsync(cancellationToken: Stop);
        await events.ReadToEndAsync(Stop);
        await stopping;
    }
}
