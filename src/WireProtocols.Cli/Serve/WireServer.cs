using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// A server on Kestrel's socket transport and nothing else of it: each connection is a pair of pipes, and every byte on them is the library's.
/// </summary>
internal sealed class WireServer : IAsyncDisposable
{
    // What a client sends ahead of its being read waits here, for each of them.
    private const int MaxReadAhead = 128 * 1024;

    private readonly IConnectionListener _listener;
    private readonly ServeSettings _settings;
    private readonly Http1ServerOptions _options;
    private readonly MemoryBudget _budget;
    private readonly Site _site;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ConnectionContext, Task> _connections = new();
    private readonly Task _accepting;

    private WireServer(IConnectionListener listener, ServeSettings settings)
    {
        _listener = listener;
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

    public IPEndPoint EndPoint => (IPEndPoint)_listener.EndPoint;

    /// <exception cref="ToolException">The address cannot be listened on.</exception>
    public static async Task<WireServer> StartAsync(IPEndPoint endPoint, ServeSettings settings)
    {
        // With a write buffer of one byte a flush ends when the bytes have gone to the socket. What may wait for a peer waits in ServeConnection.
        SocketTransportOptions transport = new() { MaxWriteBufferSize = 1, MaxReadBufferSize = MaxReadAhead };
        SocketTransportFactory factory = new(Options.Create(transport), NullLoggerFactory.Instance);
        try
        {
            return new WireServer(await factory.BindAsync(endPoint), settings);
        }
        catch (Exception exception) when (exception is AddressInUseException or System.Net.Sockets.SocketException)
        {
            throw new ToolException(ExitStatus.InputOutput, $"cannot listen on {endPoint}: {exception.Message}");
        }
    }

    /// <summary>Takes no new connections, lets those there are end in good order, and cuts off what does not end in time.</summary>
    public async Task StopAsync()
    {
        await _listener.UnbindAsync();
        await _accepting;
        await _stopping.CancelAsync();
        Task ended = Task.WhenAll(_connections.Values);
        await Task.WhenAny(ended, Task.Delay(_settings.DrainTimeout, _settings.Time));
        foreach (ConnectionContext connection in _connections.Keys)
        {
            connection.Abort();
        }

        await ended;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _listener.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (await _listener.AcceptAsync() is { } context)
        {
            if (_connections.Count >= _settings.MaxConnections)
            {
                context.Abort();
                await context.DisposeAsync();
                continue;
            }

            TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _connections[context] = RunAsync(context, started.Task);
            started.SetResult();
        }
    }

    private async Task RunAsync(ConnectionContext context, Task started)
    {
        await started;
        try
        {
            await using ServeConnection transport = new(context, _settings, _budget);
            await using Http1ServerConnection connection = new(transport, _options);
            await connection.RunAsync(
                (exchange, _) => _site.HandleAsync(new ServeRequest(exchange, transport, _settings, _stopping.Token)), _stopping.Token);
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
            _connections.TryRemove(context, out _);
        }
    }
}
