using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of docs/aspnetcore.md does what it says.</summary>
public class ReadmeAspNetCoreTests
{
    [Fact]
    public async Task The_endpoints_answer()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWireEventStreamBroadcaster();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        ReadmeAspNetCore.MapStreams(app);
        ReadmeAspNetCore.MapChat(app, ReadmeAspNetCore.Options());
        await app.StartAsync(stop);
        string uri = app.Urls.Single();
        using HttpClient http = new();
        Assert.Equal("{\"Number\":0}\n{\"Number\":1}\n{\"Number\":2}\n", await http.GetStringAsync(new Uri($"{uri}/lines"), stop));
        Assert.Contains("tick", await http.GetStringAsync(new Uri($"{uri}/ticks"), stop), StringComparison.Ordinal);
        using StringContent body = new("{\"Number\":1}\n{\n{\"Number\":2}\n", Encoding.UTF8, "application/x-ndjson");
        using HttpResponseMessage posted = await http.PostAsync(new Uri($"{uri}/lines"), body, stop);
        Assert.Equal("2 good records\n", await posted.Content.ReadAsStringAsync(stop));
        Uri chat = new($"{uri.Replace("http", "ws", StringComparison.Ordinal)}/chat");
        WebSocketHandshakeException refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(chat, cancellationToken: stop).AsTask());
        Assert.Equal((401, "Who are you?\n"), (refusal.StatusCode, refusal.Refusal!.GetBodyText()));
    }
}
