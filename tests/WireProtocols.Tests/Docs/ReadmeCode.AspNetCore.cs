using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using WireProtocols.AspNetCore;
using WireProtocols.Ndjson;
using WireProtocols.ServerSentEvents;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of docs/aspnetcore.md, where it compiles.</summary>
internal static class ReadmeAspNetCore
{
    public static WireWebSocketOptions Options()
    {
        WireWebSocketOptions options = new()
        {
            Subprotocols = ["chat.v2", "chat.v1"],
            AllowedOrigins = ["https://example.com"],
            Connection = new() { Deflate = new(), KeepAliveInterval = TimeSpan.FromSeconds(20) },
            Decide = (context, request, _) => ValueTask.FromResult(
                context.User.Identity?.Name is { } name
                    ? WebSocketDecision.Accept(fields: [new("Set-Cookie", "seen=1")], userState: name)
                    : WebSocketDecision.Refuse(request.Reject(401, "Who are you?\n"))),
        };
        return options;
    }

    public static void MapChat(WebApplication app, WireWebSocketOptions options)
    {
        app.MapWireWebSocket("/chat", options, async (connection, context, stop) =>
        {
            await connection.SendTextAsync($"Hello {connection.UserState}", stop);
            while (await connection.ReceiveAsync(stop) is { } message)
            {
                using (message)
                {
                    await connection.SendAsync(message.Opcode, message.Payload, cancellationToken: stop);
                }
            }
        });
    }

    public static void MapStreams(WebApplication app)
    {
        app.MapGet("/events", (EventStreamBroadcaster news) => WireResults.EventStream(
            news, whenGone: async (writer, stop) => await writer.WriteEventAsync("load everything again", "reset", cancellationToken: stop)));
        app.MapGet("/ticks", () => WireResults.EventStream(TicksAsync(), TickContext.Default.Tick, type: "tick"));
        app.MapGet("/lines", () => WireResults.Ndjson(TicksAsync(), TickContext.Default.Tick));
        app.MapPost("/lines", async (HttpRequest request) =>
        {
            int good = 0;
            await foreach (var result in request.ReadNdjsonAsync(TickContext.Default.Tick, new NdjsonOptions { ContinueOnError = true }))
            {
                good += result.IsSuccess ? 1 : 0;
            }

            return $"{good} good records\n";
        });
    }

    private static async IAsyncEnumerable<Tick> TicksAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < 3; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Tick(i);
            await Task.Yield();
        }
    }
}

/// <summary>What the endpoints send.</summary>
/// <param name="Number">Which one it is.</param>
internal sealed record Tick(int Number);

[JsonSerializable(typeof(Tick))]
internal sealed partial class TickContext : JsonSerializerContext;
