using Microsoft.AspNetCore.Http;
using WireProtocols.WebSockets;

namespace WireProtocols.AspNetCore;

/// <summary>A connection and the token of its handler.</summary>
internal sealed class OpenConnection : IDisposable
{
    private readonly WebSocketConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenRegistration _gone;
    private readonly CancellationTokenRegistration _drop;

    /// <param name="connection">The connection.</param>
    /// <param name="context">Its request.</param>
    /// <param name="patience">How long the handler may go on when the client has gone: what came before is there to be read.</param>
    public OpenConnection(WebSocketConnection connection, HttpContext context, TimeSpan patience)
    {
        _connection = connection;
        _gone = context.RequestAborted.UnsafeRegister(_ => CancelAfter(patience), null);
        _drop = _stop.Token.UnsafeRegister(_ => Drop(context), null);
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
            CancelAfter(timeout);
            await _connection.CloseOutputAsync(WebSocketCloseCode.GoingAway, "The server stops.", _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has ended by itself meanwhile, or could not be told in time.
        }
    }

    public void Dispose()
    {
        _gone.Dispose();
        _drop.Dispose();
        _stop.Dispose();
    }

    private void CancelAfter(TimeSpan time)
    {
        try
        {
            _stop.CancelAfter(time);
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>The stream that the server hands over does not end the transport; the request does.</summary>
    private void Drop(HttpContext context)
    {
        _connection.Abort();
        context.Abort();
    }
}
