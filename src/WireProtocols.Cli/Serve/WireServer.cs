using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Conformance;
using WireProtocols.Http1;
using WireProtocols.Transports;

namespace WireProtocols.Cli.Serve;

/// <summary>A server on the library alone: each connection is a transport of a <see cref="TransportListener"/>, and speaks HTTP/1.1 first.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly TransportListener _listener;
    private readonly ServeSettings _settings;
    private readonly Http1ServerOptions _options;
    private readonly Site _site;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stoppingToken;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<ServeConnection> _connections = [];
    private readonly ServeTopics _topics;
    private readonly BadServer? _bad;
    private bool _isStopping;

    private WireServer(IPEndPoint endPoint, ServeSettings settings)
    {
        MemoryBudget budget = new(settings.MaxMemory);
        _settings = settings;
        _stoppingToken = _stopping.Token;
        _bad = settings.Misbehaves ? new BadServer() : null;
        _topics = new ServeTopics(settings);
        _site = new Site(settings, budget, _topics, _bad, () => EndPoint);
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
        TransportListenerOptions listening = new()
        {
            MaxPending = settings.MaxPending,
            Budget = budget,
            TimeProvider = settings.Time,
            ProxyProtocol = settings.ProxyProtocol,
        };
        _listener = settings.ProxyProtocol is null
            ? TransportListener.Start(endPoint, transport => ServeAsync(transport, null), listening)
            : TransportListener.Start(endPoint, ServeAsync, listening);
    }

    /// <summary>How many connections there are.</summary>
    public int Connections
    {
        get
        {
            lock (_connections)
            {
                return _connections.Count;
            }
        }
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint;

    /// <exception cref="ToolException">The address cannot be listened on.</exception>
    public static Task<WireServer> StartAsync(IPEndPoint endPoint, ServeSettings settings)
    {
        try
        {
            return Task.FromResult(new WireServer(endPoint, settings));
        }
        catch (SocketException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, $"cannot listen on {endPoint}: {exception.Message}");
        }
    }

    /// <summary>Takes no new connections, lets those there are end in good order, and cuts off what does not end in time.</summary>
    public async Task StopAsync()
    {
        await _listener.DisposeAsync();
        lock (_connections)
        {
            _isStopping = true;
            EndIfEmpty();
        }

        await _stopping.CancelAsync();
        await Task.WhenAny(_ended.Task, Task.Delay(_settings.DrainTimeout, _settings.Time));
        ServeConnection[] left;
        lock (_connections)
        {
            left = [.. _connections];
        }

        foreach (ServeConnection connection in left)
        {
            connection.Abort();
        }

        await _ended.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _site.DisposeAsync();
        await _topics.DisposeAsync();
        _stopping.Dispose();
        _bad?.Dispose();
    }

    private async Task ServeAsync(IWireTransport transport, TransportPeer? peer)
    {
        ServeConnection connection = new(transport, peer, _settings);
        if (!TryAdd(connection))
        {
            transport.Abort();
            return;
        }

        try
        {
            await using (connection)
            {
                do
                {
                    await ServeHttpAsync(connection);
                }
                while (await connection.RunSuccessorAsync());
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
            Remove(connection);
        }
    }

    private async Task ServeHttpAsync(ServeConnection transport)
    {
        await using Http1ServerConnection connection = new(transport, _options);
        await connection.RunAsync(
            (exchange, _) => _site.HandleAsync(new ServeRequest(exchange, transport, _settings, _stoppingToken)), _stoppingToken);
    }

    private bool TryAdd(ServeConnection connection)
    {
        lock (_connections)
        {
            return !_isStopping && _connections.Count < _settings.MaxConnections && _connections.Add(connection);
        }
    }

    private void Remove(ServeConnection connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
            EndIfEmpty();
        }
    }

    private void EndIfEmpty()
    {
        if (_isStopping && _connections.Count == 0)
        {
            _ended.TrySetResult();
        }
    }
}
