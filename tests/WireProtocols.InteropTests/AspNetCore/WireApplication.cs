using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace WireProtocols.InteropTests.AspNetCore;

/// <summary>An application under Kestrel on a free port of the loopback.</summary>
internal static class WireApplication
{
    public static async Task<WebApplication> StartAsync(
        Action<WebApplication> map,
        Action<WebApplicationBuilder>? configure = null,
        HttpProtocols protocols = HttpProtocols.Http1,
        X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        configure?.Invoke(builder);
        WebApplication application = builder.Build();
        map(application);
        await application.StartAsync();
        return application;
    }

    public static Uri WebSocketUri(this WebApplication application, string path)
        => new(application.Urls.Single().Replace("http", "ws", StringComparison.Ordinal) + path);

    public static Uri HttpUri(this WebApplication application, string path) => new(application.Urls.Single() + path);
}
