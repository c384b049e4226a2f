using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using WireProtocols.AspNetCore;
using WireProtocols.Backplane;
using WireProtocols.Nats;
using WireProtocols.Redis;
using WireProtocols.Resume;
using WireProtocols.ServerSentEvents;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of docs/backplane.md, where it compiles.</summary>
internal static class ReadmeBackplane
{
    public static BackplaneNode OnRedis() =>
        new BackplaneNode(new RedisBackplane("redis://localhost:6379"));

    public static BackplaneNode OnNats() =>
        new BackplaneNode(new NatsBackplane("nats://localhost:4222"));

    public static async Task RoomAsync(BackplaneNode node, WebSocketConnection connection, CancellationToken stop)
    {
        WebSocketBroadcaster broadcaster = new();
        await using WebSocketTopic room = new(broadcaster, node, "lobby");

        await using WebSocketSubscription member = broadcaster.Subscribe(connection);
        room.Join(member);
        while (await connection.ReceiveAsync(stop) is { } message)
        {
            using (message)
            {
                await room.PublishAsync(message.Opcode, message.Payload, stop);
            }
        }
    }

    public static async Task NewsAsync(BackplaneNode node, EventStreamWriter writer, string? lastEventId, CancellationToken stop)
    {
        await using EventStreamTopic news = new(node, "news");
        await news.PublishAsync("""{"title":"Hello"}""", type: "article", stop);

        using EventStreamSubscription subscription = await news.SubscribeAsync(lastEventId, stop);
        if (subscription.Replay == EventStreamReplay.Gone)
        {
            await writer.WriteEventAsync("load everything again", type: "reset", cancellationToken: stop);
        }

        await subscription.RunAsync(writer, stop);
    }

    public static async Task SessionsAsync(IConnectionMultiplexer connection, Func<ResumeServerSession, CancellationToken, Task> handler)
    {
        await using RedisResumeStore store = new(connection);
        await using ResumeServer server = new(handler, store);
    }

    public static void Register(WebApplicationBuilder builder)
    {
        builder.Services.AddWireBackplane(_ => new RedisBackplane("redis://localhost:6379"));
        builder.Services.AddSingleton(s => new EventStreamTopic(s.GetRequiredService<BackplaneNode>(), "news"));
    }

    public static void Map(WebApplication app)
    {
        app.MapGet("/news", (EventStreamTopic news) => WireResults.EventStream(news));
    }
}
