using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WireProtocols.InteropTests.Http1;

/// <summary>Our encoder against Kestrel's decoder, and Kestrel's encoder against our decoder.</summary>
public sealed class KestrelTests : IAsyncLifetime
{
    private WebApplication? _kestrel;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(o => o.Limits.MinRequestBodyDataRate = null);
        _kestrel = builder.Build();
        _kestrel.Run(EchoAsync);
        await _kestrel.StartAsync();
        _port = new Uri(_kestrel.Urls.Single()).Port;
    }

    public async ValueTask DisposeAsync() => await _kestrel!.DisposeAsync();

    [Fact]
    public async Task Random_bodies_in_random_chunks_come_back_with_their_trailers()
    {
        await using WireClient client = await WireClient.ConnectAsync(_port);
        for (int seed = 100; seed < 130; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            WireResponse response = await client.PostAsync("/", body, seed, ("X-Sum", $"{seed}"));
            Assert.Equal(200, response.Status);

            // Kestrel reads trailers over HTTP/1.1 and does not write them: what it read is behind the body.
            string trailer = $"X-Sum: {seed}";
            body.AssertSame(response.Body.AsSpan()[..^trailer.Length]);
            Assert.Equal(trailer, Encoding.ASCII.GetString(response.Body.AsSpan()[^trailer.Length..]));
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        byte[] buffer = new byte[10_000];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and int count)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
        }

        await context.Response.WriteAsync($"X-Sum: {context.Request.GetTrailer("X-Sum")}", context.RequestAborted);
    }
}
