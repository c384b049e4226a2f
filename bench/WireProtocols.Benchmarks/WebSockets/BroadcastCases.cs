using System.IO.Pipelines;
using System.Text;
using WireProtocols.Benchmarks.Memory;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>One message to a thousand connections, prepared once or sent one by one; per connection.</summary>
public static class BroadcastCases
{
    private const int Connections = 1000;

    /// <summary>With permessage-deflate, which is what preparing spares, and without.</summary>
    public static IEnumerable<CompareCase> All() =>
    [
        Create("websocket.broadcast.deflate.1KB", new WebSocketDeflateParameters(true, true), 3),
        Create("websocket.broadcast.plain.1KB", null, null),
    ];

    private static CompareCase Create(string name, WebSocketDeflateParameters? deflate, double? target)
    {
        WebSocketConnection[] connections =
            [.. Enumerable.Range(0, Connections).Select(_ => new WebSocketConnection(new Output(), WebSocketRole.Server, null, deflate))];
        byte[] payload = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * i} ")))[..1024];
        return new(
            name,
            Connections,
            () =>
            {
                WebSocketPreparedMessage message = new(WebSocketOpcode.Text, payload);
                foreach (WebSocketConnection connection in connections)
                {
                    connection.SendAsync(message).GetAwaiter().GetResult();
                }
            },
            "one by one",
            () =>
            {
                foreach (WebSocketConnection connection in connections)
                {
                    connection.SendAsync(WebSocketOpcode.Text, payload).GetAwaiter().GetResult();
                }
            },
            target)
        {
            MayAllocate = true,
        };
    }

    private sealed class Output : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(Stream.Null);

        PipeWriter IDuplexPipe.Output { get; } = new NullPipeWriter(8 * 1024);
    }
}
