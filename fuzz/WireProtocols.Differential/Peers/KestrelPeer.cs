using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WireProtocols.Differential;

/// <summary>Kestrel; it answers with the body that came.</summary>
internal sealed class KestrelPeer : Peer
{
    private WebApplication? _application;

    public override string Name => "Kestrel";

    public override IReadOnlyList<string> Kinds => ["requests", "bodies"];

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public override async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.Run(EchoAsync);
        await _application.StartAsync();
        string address = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        EndPoint = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
    }

    public override Task<PeerAnswer> AskAsync(PeerQuestion question) => ServerTalk.AskAsync(EndPoint, question);

    public override async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
