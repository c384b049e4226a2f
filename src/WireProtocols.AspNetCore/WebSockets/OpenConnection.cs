using WireProtocols.WebSockets;

namespace WireProtocols.AspNetCore;

/// <summary>A connection and the token of its handler.</summary>
internal sealed class OpenConnection : IDisposable
{
    private readonly WebSocketConnection _connection;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _drop;

    /// <param name="connection">The connection.</param>
    /// <param name="requestAborted">Ends with its transport.</param>
    public OpenConnection(WebSocketConnection connection, CancellationToken requestAborted)
    {
        _connection = connection;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(requestAborted);
        _drop = _stop.Token.Register(connection.Abort);
    }

    /// <summary>Whether the handler has been cancelled.</summary>
    public bool IsStopped => _stop.IsCancellationRequested;

    /// <summary>Runs the handler, and closes the connection behind it.</summary>
    public Task RunAsync(Func<CancellationToken, Task> handler) => _connection.RunAsync(handler, _stop.Token);

    /// <summary>"1001 indicates that an endpoint is "going away", such as a server going down" (RFC 6455 §7.4.1). The handler reads on until the
    /// peer's Close; where it has not ended in time it is cancelled, and the connection dropped.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        try
        {
            _stop.CancelAfter(timeout);
            await _connection.CloseOutputAsync(WebSocketCloseCode.GoingAway, "The server stops.", _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has ended by itself meanwhile, or could not be told in time.
        }
    }

    public void Dispose()
    {
        _drop.Dispose();
        _stop.Dispose();
    }
}
