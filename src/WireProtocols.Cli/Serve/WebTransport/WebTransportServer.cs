using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>Waits for carriers on a loopback port, each with one QUIC connection, and echoes what comes over them.</summary>
internal sealed class WebTransportServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly TextWriter _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;

    private WebTransportServer(TcpListener listener, TextWriter log)
    {
        _listener = listener;
        _log = TextWriter.Synchronized(log);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <exception cref="ToolException">The port cannot be listened on.</exception>
    public static WebTransportServer Start(int port, TextWriter log)
    {
        TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, $"cannot wait for carriers on port {port}: {exception.Message}");
        }

        return new WebTransportServer(listener, log);
    }

    /// <summary>Takes no new connections and closes the sessions there are.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections.Keys);
        _stopping.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stopping.Token);
                Task running = RunAsync(socket);
                _connections[running] = true;
                _ = running.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Told to stop.
        }
    }

    private async Task RunAsync(Socket socket)
    {
        try
        {
            await using RelayCarrier? carrier = await RelayCarrier.OpenAsync(socket, _stopping.Token);
            if (carrier is null)
            {
                await _log.WriteLineAsync("wire serve: the carrier's first message is no Open.");
                return;
            }

            // No stack that can be relayed has RESET_STREAM_AT yet; a client of the newest drafts is welcome all the same.
            using WebTransportConnection connection
                = new(WebTransportRole.Server, carrier, new WebTransportConnectionOptions { RequireReliableReset = false });
            WebTransportPump pump = new(connection, carrier, new WebTransportEcho(_log).Handle);
            await RunAsync(pump);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // The carrier is gone.
        }
        catch (Exception exception)
        {
            await _log.WriteLineAsync($"wire serve: {exception}");
        }
    }

    private async Task RunAsync(WebTransportPump pump)
    {
        try
        {
            await pump.RunAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await pump.InvokeAsync(c =>
            {
                c.GoAway();
                foreach (WebTransportSession session in c.Sessions)
                {
                    session.Close(0, "the server is going away");
                }
            });
        }
    }
}
