using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>Accepts connections as sockets; each runs on the thread pool.</summary>
internal sealed class SocketAcceptor : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly ConnectionRun _run;
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="listener">A socket that listens.</param>
    /// <param name="run">What becomes of each connection.</param>
    public SocketAcceptor(Socket listener, ConnectionRun run)
    {
        _listener = listener;
        _run = run;
        _ = AcceptAsync(_stopping.Token);
    }

    /// <summary>Accepts no more.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(stopping).ConfigureAwait(false);
                _ = Task.Run(() => RunAsync(socket), CancellationToken.None);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client has left already, or there are no descriptors left.
                await Task.Delay(Pause, _run.Options.TimeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task RunAsync(Socket socket)
    {
        try
        {
            if (socket.ProtocolType == ProtocolType.Tcp)
            {
                socket.NoDelay = true;
            }

            SocketTransport transport = new(socket) { MaxPending = _run.Options.MaxPending, Budget = _run.Options.Budget };
            return _run.RunAsync(transport, _run.NeedsPeer ? socket.RemoteEndPoint as IPEndPoint : null);
        }
        catch (SocketException)
        {
            // The client has left already.
            socket.Dispose();
            return Task.CompletedTask;
        }
    }
}
