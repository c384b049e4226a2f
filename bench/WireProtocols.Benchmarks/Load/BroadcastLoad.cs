using System.Diagnostics;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Messages from the server to a thousand connections, timed until the last one has them all.</summary>
public sealed class BroadcastLoad : IAsyncDisposable
{
    private const int Connections = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly List<WebSocketConnection> _connections = [];
    private readonly List<Task> _receiving = [];
    private TaskCompletionSource _arrived = new();
    private int _expected;

    public static async Task<BroadcastLoad> ConnectAsync(Uri uri, bool deflate)
    {
        BroadcastLoad load = new();
        WebSocketConnectOptions options
            = new() { Connection = new WebSocketConnectionOptions { Deflate = deflate ? WebSocketPerMessageDeflateOptions.Default : null } };
        for (int i = 0; i < Connections; i++)
        {
            WebSocketConnection connection = await WebSocketClient.ConnectAsync(uri, options);
            load._connections.Add(connection);
            load._receiving.Add(load.ReceiveAsync(connection));
        }

        return load;
    }

    /// <returns>How long the order took.</returns>
    /// <exception cref="TimeoutException">A message did not arrive at all.</exception>
    public async Task<TimeSpan> MeasureAsync(BroadcastOrder order)
    {
        _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _expected, order.Messages * Connections);
        long started = Stopwatch.GetTimestamp();
        await _connections[0].SendAsync(WebSocketOpcode.Text, Encoding.ASCII.GetBytes(order.Format()));
        await _arrived.Task.WaitAsync(Longest);
        return Stopwatch.GetElapsedTime(started);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WebSocketConnection connection in _connections)
        {
            await connection.CloseOutputAsync();
        }

        await Task.WhenAll(_receiving);
    }

    private async Task ReceiveAsync(WebSocketConnection connection)
    {
        while (await connection.WaitToReadAsync())
        {
            int received = 0;
            while (connection.TryRead(out WebSocketMessagePart part))
            {
                received += part.IsLast ? 1 : 0;
            }

            if (received > 0 && Interlocked.Add(ref _expected, -received) == 0)
            {
                _arrived.SetResult();
            }
        }
    }
}
