using System.Net;
using System.Net.Sockets;
using WebSocketRelay;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.WebSockets;

/// <summary>The sample relay in this process, on a port of its own, and what its tap has shown.</summary>
public sealed class RunningRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly StringWriter _shown = new() { NewLine = "\n" };
    private readonly TextWriter _output;
    private readonly Task _serving;

    public RunningRelay(string target, bool terminates)
    {
        _listener.Start();
        _output = TextWriter.Synchronized(_shown);
        _serving = new Relay(new Uri(target), terminates, _output).ServeAsync(_listener, _stop.Token);
    }

    /// <summary>For instance <c>ws://127.0.0.1:40123</c>.</summary>
    public string Uri => $"ws://{_listener.LocalEndpoint}";

    /// <summary>The lines so far.</summary>
    public string[] Lines
    {
        get
        {
            lock (_output)
            {
                return _shown.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
        }
    }

    /// <summary>A server of the test's own behind a relay: it takes one connection.</summary>
    public static (TcpListener Listener, Task<WebSocketConnection?> Accepting) Listen(WebSocketAcceptOptions? options = null)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return (listener, AcceptAsync());

        async Task<WebSocketConnection?> AcceptAsync()
            => await WebSocketServer.AcceptAsync(new SocketTransport(await listener.AcceptSocketAsync()), options);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }
}
