using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Kestrel with the platform's formatter of server-sent events, and a channel for each stream.</summary>
public sealed class KestrelEventServer
{
    private readonly ConcurrentDictionary<Channel<string>, bool> _streams = new();

    private KestrelEventServer()
    {
    }

    public static async Task<IAsyncDisposable> StartAsync()
    {
        KestrelEventServer server = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        Console.WriteLine(application.Urls.Single() + "/");
        return application;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == EventsOrder.Path)
        {
            EventsOrder order = EventsOrder.Parse(context.Request.QueryString.Value!);
            for (int i = 0; i < order.Events; i++)
            {
                foreach (Channel<string> stream in _streams.Keys)
                {
                    stream.Writer.TryWrite(order.Data);
                }
            }

            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        Channel<string> own = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        _streams[own] = true;
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync();
        await SseFormatter.WriteAsync(ReadAsync(own, context.RequestAborted), context.Response.Body, context.RequestAborted);
    }

    private async IAsyncEnumerable<SseItem<string>> ReadAsync(Channel<string> stream, [EnumeratorCancellation] CancellationToken gone)
    {
        try
        {
            await foreach (string data in stream.Reader.ReadAllAsync(gone))
            {
                yield return new SseItem<string>(data);
            }
        }
        finally
        {
            _streams.TryRemove(stream, out _);
        }
    }
}
