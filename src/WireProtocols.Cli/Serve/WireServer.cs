using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// A server on Kestrel's socket transport and nothing else of it: each connection is a pair of pipes, and every byte on them is the library's.
/// </summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
    private readonly ServeSettings _settings;
    private readonly PendingBudget _budget;
    private readonly Site _site;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ConnectionContext, Task> _connections = new();
    private readonly Task _accepting;

    private WireServer(IConnectionListener listener, ServeSettings settings)
    {
        _listener = listener;
        _settings = settings;
        _site = new Site(settings);
        _budget = new PendingBudget(settings.MaxPendingOfAll);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.EndPoint;

    /// <exception cref="ToolException">The address cannot be listened on.</exception>
    public static async Task<WireServer> StartAsync(IPEndPoint endPoint, ServeSettings settings)
    {
        // With a write buffer of one byte a flush ends when the bytes have gone to the socket. What may wait for a peer waits in ServeConnection.
        SocketTransportOptions transport = new() { MaxWriteBufferSize = 1 };
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
        await Task.WhenAny(ended, Task.Delay(3 * _settings.CloseTimeout, _settings.Time));
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
            ServeConnection connection = new(context, _settings, _budget);
            await using (connection)
            {
                await new HttpSession(connection, _site, _settings, _stopping.Token).RunAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The peer is gone.
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
