using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>Waits for carriers on a loopback port, each with one QUIC connection, and echoes what comes over them.</summary>
internal sealed class WebTransportServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly WireTaps _taps;
    private readonly TextWriter _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;

    private WebTransportServer(TcpListener listener, WireTaps taps, TextWriter log)
    {
        _listener = listener;
        _taps = taps;
        _log = TextWriter.Synchronized(log);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <exception cref="ToolException">The port cannot be listened on.</exception>
    public static WebTransportServer Start(int port, WireTaps taps, TextWriter log)
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

        return new WebTransportServer(listener, taps, log);
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

            await WebTransportHost.RunAsync(carrier, _taps, _log, _stopping.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            // The carrier is gone.
        }
    }
}
