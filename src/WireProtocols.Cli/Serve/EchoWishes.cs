using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>What a WebSocket asks the echo to do besides, so that a browser sees what it cannot send itself.</summary>
/// <param name="Ping"><c>?ping=text</c>: a Ping with this payload first; null for none.</param>
/// <param name="Fragment"><c>?fragment=n</c>: every echo in fragments of n bytes at most; 0 for whole.</param>
internal sealed record EchoWishes(string? Ping, int Fragment)
{
    /// <summary>A Ping carries 125 bytes at most (RFC 6455 §5.5).</summary>
    private const int MaxPing = 125;

    /// <summary>A message is no more fragments than that, whatever is asked for.</summary>
    private const int MaxFragments = 1024;

    public static EchoWishes Of(ServeRequest request)
        => new(request.GetQuery("ping"), request.GetQuery("fragment") is null ? 0 : request.GetQuery("fragment", 0, 0, int.MaxValue));

    /// <summary>Sends what comes first.</summary>
    public async ValueTask GreetAsync(WebSocketConnection socket, CancellationToken stopping)
    {
        if (Ping is not null)
        {
            byte[] payload = Encoding.UTF8.GetBytes(Ping);
            await socket.SendControlAsync(WebSocketOpcode.Ping, payload.AsMemory(0, Math.Min(payload.Length, MaxPing)), stopping);
        }
    }

    /// <summary>Sends a message back. It is not flushed: the connection does that before it waits for more.</summary>
    public async ValueTask EchoAsync(WebSocketConnection socket, WebSocketOpcode opcode, ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        if (Fragment == 0 || message.Length <= Fragment)
        {
            await socket.SendAsync(opcode, message, flush: false, stopping);
            return;
        }

        int size = Math.Max(Fragment, (message.Length / MaxFragments) + 1);
        await using WebSocketMessageSender sender = await socket.BeginMessageAsync(opcode, stopping);
        for (int at = 0; at < message.Length; at += size)
        {
            bool isLast = message.Length - at <= size;
            await sender.WriteAsync(message.Slice(at, Math.Min(size, message.Length - at)), isLast, flush: false, stopping);
        }
    }
}
