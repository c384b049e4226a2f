using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.InteropTests;

/// <summary>A server on <see cref="Http1ServerConnection"/> over loopback: a listener, a loop, and a handler.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Func<Http1Exchange, CancellationToken, ValueTask> _handler;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private int _connections;

    public LoopbackServer(Func<Http1Exchange, CancellationToken, ValueTask> handler)
    {
        _handler = handler;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Uri => new($"http://{_listener.LocalEndpoint}");

    /// <summary>How many connections have been accepted.</summary>
    public int Connections => _connections;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                _connections++;
                serving.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using Http1ServerConnection connection = new(new SocketTransport(socket));
        try
        {
            await connection.RunAsync(_handler, _stopping.Token);
        }
        catch (IOException)
        {
            // The client is gone.
        }
    }
}
