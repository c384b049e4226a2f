using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>Stands between a proxy and a server, and keeps what goes by on each connection.</summary>
public sealed class Tee : IAsyncDisposable
{
    private readonly int _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<TeeConnection> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Tee(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyCollection<TeeConnection> Connections => _connections;

    /// <summary>Waits for a connection of which something holds.</summary>
    public async Task<TeeConnection> WaitAsync(Func<TeeConnection, bool> holds)
    {
        while (true)
        {
            Task changed = Volatile.Read(ref _changed).Task;
            if (_connections.FirstOrDefault(holds) is { } connection)
            {
                return connection;
            }

            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket proxy = await _listener.AcceptSocketAsync(_stop.Token);
                TeeConnection connection = new(proxy, Change);
                _connections.Enqueue(connection);
                serving.Add(connection.RunAsync(_server, _stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private void Change()
        => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
