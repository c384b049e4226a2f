using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>A server on sockets and the library alone: each connection is a <see cref="SocketTransport"/>, and speaks HTTP/1.1 first.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private const int Backlog = 512;

    // Where there are no descriptors left for another connection, some come back soon.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly ServeSettings _settings;
    private readonly Http1ServerOptions _options;
    private readonly MemoryBudget _budget;
    private readonly Site _site;
    private readonly CancellationTokenSource _unbinding = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ServeConnection, Task> _connections = new();
    private readonly Task _accepting;

    private WireServer(Socket listener, ServeSettings settings)
    {
        _listener = listener;
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _settings = settings;
        _budget = new MemoryBudget(settings.MaxMemory);
        _site = new Site(settings, _budget);
        _options = new Http1ServerOptions
        {
            MaxBodyLength = long.MaxValue,
            HeadTimeout = settings.HeadTimeout,
            BodyTimeout = settings.BodyTimeout,
            SendTimeout = settings.SendTimeout,
            IdleTimeout = settings.IdleTimeout,
            CloseTimeout = settings.CloseTimeout,
            TimeProvider = settings.Time,
        };
        _accepting = AcceptAsync();
    }

    /// <summary>How many connections there are.</summary>
    public int Connections => _connections.Count;

    public IPEndPoint EndPoint { get; }

    /// <exception cref="ToolException">The address cannot be listened on.</exception>
    public static Task<WireServer> StartAsync(IPEndPoint endPoint, ServeSettings settings)
    {
        Socket listener = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(Backlog);
            return Task.FromResult(new WireServer(listener, settings));
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new ToolException(ExitStatus.InputOutput, $"cannot listen on {endPoint}: {exception.Message}");
        }
    }

    /// <summary>Takes no new connections, lets those there are end in good order, and cuts off what does not end in time.</summary>
    public async Task StopAsync()
    {
        await _unbinding.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await _stopping.CancelAsync();
        Task ended = Task.WhenAll(_connections.Values);
        await Task.WhenAny(ended, Task.Delay(_settings.DrainTimeout, _settings.Time));
        foreach (ServeConnection connection in _connections.Keys)
        {
            connection.Abort();
        }

        await ended;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _unbinding.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_unbinding.IsCancellationRequested)
        {
            try
            {
                Take(await _listener.AcceptAsync(_unbinding.Token));
            }
            catch (OperationCanceledException)
            {
                // Told to stop.
            }
            catch (SocketException)
            {
                // The client has left already, or there are no descriptors left.
                await Task.Delay(AcceptPause, _settings.Time, _unbinding.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Take(Socket socket)
    {
        if (_connections.Count >= _settings.MaxConnections)
        {
            socket.Close(timeout: 0);
            return;
        }

        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            // The client has left already.
            socket.Dispose();
            return;
        }

        ServeConnection connection = new(socket, _settings, _budget);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = RunAsync(connection, started.Task);
        started.SetResult();
    }

    private async Task RunAsync(ServeConnection transport, Task started)
    {
        await started;
        try
        {
            await using (transport)
            {
                await using Http1ServerConnection connection = new(transport, _options);
                await connection.RunAsync(
                    (exchange, _) => _site.HandleAsync(new ServeRequest(exchange, transport, _settings, _stopping.Token)), _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or OperationCanceledException)
        {
            // The peer is gone, or does not read.
        }
        catch (Exception exception)
        {
            // A fault of ours costs this connection and no other.
            _settings.Log.WriteLine($"wire serve: {exception}");
        }
        finally
        {
            _connections.TryRemove(transport, out _);
        }
    }
}
