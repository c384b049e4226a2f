using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WireProtocols.AspNetCore;
using WireProtocols.InteropTests.AspNetCore;
using WireProtocols.ServerSentEvents;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>An application of ASP.NET Core with the paths of `wire serve`, and some more.</summary>
public sealed partial class ProxiedApplication : IAsyncDisposable
{
    private static readonly WireEventStreamOptions EventStreams = new() { HeartbeatInterval = TimeSpan.FromSeconds(1) };

    private static readonly WireWebSocketOptions WebSockets
        = new() { Connection = new() { Deflate = new(), KeepAliveInterval = TimeSpan.Zero } };

    private readonly ConcurrentDictionary<string, Channel<string>> _steps = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gone = new();
    private readonly WebApplication _application;

    private ProxiedApplication(WebApplication application) => _application = application;

    public int Port => new Uri(_application.Urls.Single()).Port;

    public static async Task<ProxiedApplication> StartAsync()
    {
        ProxiedApplication? made = null;
        WebApplication application = await WireApplication.StartAsync(app => (made = new ProxiedApplication(app)).Map());
        return made!;
    }

    /// <summary>What is to be sent next by /sse/steps?key= and /ndjson/steps?key=.</summary>
    public Channel<string> Steps(string key) => _steps.GetOrAdd(key, _ => Channel.CreateUnbounded<string>());

    /// <summary>Ends when the request with this key is cancelled.</summary>
    public Task Gone(string key) => GoneSource(key).Task;

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    /// <summary>Tells all clients to go, and stops.</summary>
    public Task StopAsync(CancellationToken stop) => _application.StopAsync(stop);

    private static async Task EchoMessagesAsync(WebSocketConnection connection, HttpContext context, CancellationToken stop)
    {
        while (await connection.ReceiveAsync(stop) is { } message)
        {
            using (message)
            {
                await connection.SendAsync(message.Opcode, message.Payload, cancellationToken: stop);
            }
        }
    }

    private static async Task EchoBodyAsync(HttpContext context)
    {
        context.Response.ContentType = "application/octet-stream";
        await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Says which trailers came behind the body.</summary>
    private static async Task ReadTrailersAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        string trailer = context.Request.CheckTrailersAvailable() ? $"{context.Request.GetTrailer("X-Sum")}" : "";
        await context.Response.WriteAsync($"X-Sum={trailer};");
    }

    private static async Task CountBodyAsync(HttpContext context)
    {
        long count = 0;
        byte[] buffer = new byte[64 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and int read)
        {
            count += read;
        }

        await context.Response.WriteAsync($"{count}");
    }

    /// <summary>Answers after a while; the client may go before.</summary>
    private static async Task PollAsync(HttpContext context, int timeout)
    {
        await Task.Delay(timeout, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await context.Response.WriteAsync("{\"last\":0,\"events\":[]}");
    }

    private static async IAsyncEnumerable<Tick> TicksAsync(int interval, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int i = 1; ; i++)
        {
            yield return new Tick(i);
            await Task.Delay(interval, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<ServerSentEvent> EventsAsync(
        IAsyncEnumerable<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (string text in texts.WithCancellation(cancellationToken))
        {
            yield return new ServerSentEvent("", text, "");
        }
    }

    private TaskCompletionSource GoneSource(string key)
        => _gone.GetOrAdd(key, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Map()
    {
        _application.Use((context, next) =>
        {
            if (context.Request.Query["key"] is [{ } key])
            {
                context.RequestAborted.Register(() => GoneSource(key).TrySetResult());
            }

            return next(context);
        });
        _application.MapWireWebSocket("/ws/echo", WebSockets, EchoMessagesAsync);
        _application.MapGet("/sse/clock", (int interval)
            => WireResults.EventStream(TicksAsync(interval), TickJson.Default.Tick, options: EventStreams));
        _application.MapGet("/sse/steps", (string key) => WireResults.EventStream(EventsAsync(Steps(key).Reader.ReadAllAsync()), EventStreams));
        _application.MapGet("/ndjson/ticks", (int interval) => WireResults.Ndjson(TicksAsync(interval), TickJson.Default.Tick));
        _application.MapGet("/ndjson/steps", (string key) => WireResults.Ndjson(Steps(key).Reader.ReadAllAsync(), TickJson.Default.String));
        _application.MapPost("/echo", EchoBodyAsync);
        _application.MapPost("/trailers", ReadTrailersAsync);
        _application.MapGet("/echo", () => "POST a body, and it comes back.\n");
        _application.MapPost("/upload", CountBodyAsync);
        _application.MapGet("/poll", PollAsync);
    }

    internal sealed record Tick([property: JsonPropertyName("tick")] int Number);

    [JsonSerializable(typeof(Tick))]
    [JsonSerializable(typeof(string))]
    internal sealed partial class TickJson : JsonSerializerContext;
}
