using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace WireProtocols.Peers;

/// <summary>Kestrel with its defaults, on a port that it picks.</summary>
internal static class KestrelPeer
{
    public static async Task RunAsync(string scheme, string path, Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication application = builder.Build();
        map(application);
        await application.StartAsync();
        Console.WriteLine($"{scheme}{application.Urls.Single()["http".Length..]}{path}");
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
    }
}
