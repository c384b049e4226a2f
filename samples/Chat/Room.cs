using System.Collections.Concurrent;
using System.Text;
using WireProtocols.AspNetCore;
using WireProtocols.Backplane;
using WireProtocols.Resume;
using WireProtocols.WebSockets;

namespace Chat;

/// <summary>Who was away for a moment gets what was said meanwhile; who is there is counted on all nodes.</summary>
public sealed class Room : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ResumeServerSession, string> _members = new();
    private readonly BackplaneNode _node = new(new MemoryBackplane()); // RedisBackplane and NatsBackplane join several machines.
    private readonly BackplaneTopic _topic;
    private readonly ResumeMemoryStore _store = new(new() { Session = new() { FullPolicy = ResumeFullPolicy.DropOldest } });
    private readonly ResumeServer _sessions;

    public Room() => (_topic, _sessions) = (_node.Open("room", TellAsync, new() { CountMembers = () => _members.Count }), new(MeetAsync, _store));

    public static WebApplication CreateApplication(params string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddSingleton<Room>().AddWireDrain();
        WebApplication app = builder.Build();
        Room room = app.Services.GetRequiredService<Room>();
        WireWebSocketOptions options = new()
        {
            Subprotocols = [WebSocketResumeConnection.Subprotocol],
            Decide = (_, request, _) => new(request.Subprotocols.Contains(WebSocketResumeConnection.Subprotocol)
                ? WebSocketDecision.Accept() : WebSocketDecision.Refuse(request.Reject(400, "wire.resume.v1 is spoken here.\n"))),
        };
        app.MapWireWebSocket("/chat", options, (socket, _, stop) => room._sessions.RunAsync(socket, stop));
        app.MapGet("/members", () => $"{room._topic.Presence}: {string.Join(", ", room._members.Values.Order())}");
        app.MapHealthChecks("/ready");
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<WireDrain>().Begin);
        app.Lifetime.ApplicationStopping.Register(() => room._sessions.DrainAsync(TimeSpan.Zero, TimeSpan.FromSeconds(10)).Wait(5000));
        return app;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_sessions.DisposeAsync().AsTask(), _node.DisposeAsync().AsTask());

    private async Task MeetAsync(ResumeServerSession session, CancellationToken stop)
    {
        string name = (await session.ReceiveAsync(stop))?.GetText() ?? "nobody";
        _members[session] = name;
        await _topic.PublishAsync(Encoding.UTF8.GetBytes($"{name} is here"), stop);
        await foreach (ResumeMessage message in session.ReadAllAsync(CancellationToken.None)) // It ends with the session.
        {
            await _topic.PublishAsync(Encoding.UTF8.GetBytes($"{name}: {message.GetText()}"), CancellationToken.None);
        }

        _members.TryRemove(session, out _);
        await _topic.PublishAsync(Encoding.UTF8.GetBytes($"{name} has left"), CancellationToken.None);
    }

    private async ValueTask TellAsync(BackplaneMessage message, CancellationToken stop)
        => await Task.WhenAll(_members.Keys.Select(m => m.SendTextAsync(Encoding.UTF8.GetString(message.Payload.Span), stop).AsTask()));
}
