using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Tap;

/// <summary>Relays connections byte by byte, each end as it comes, and shows what passes.</summary>
internal sealed class TapRelay(TrafficView view, OutputBuffer output, ToolIO io, TapRoute route)
{
    private const int BufferSize = 64 * 1024;

    private readonly Lock _printing = new();
    private OutputClosedException? _closed;

    /// <param name="listener">Where clients connect.</param>
    /// <param name="most">How many connections there may be; 0 for any number.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Socket listener, int most, CancellationToken stop)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        List<Task> relays = [];
        try
        {
            for (int count = 0; most == 0 || count < most; count++)
            {
                Socket client = await listener.AcceptAsync(ended.Token);
                client.NoDelay = true;
                relays.RemoveAll(r => r.IsCompleted);
                relays.Add(RelayAsync(client, ended));
            }

            await Task.WhenAll(relays);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            await Task.WhenAll(relays);
        }

        if (_closed is not null)
        {
            throw _closed;
        }
    }

    private async Task RelayAsync(Socket socket, CancellationTokenSource ended)
    {
        string from = Addresses.Of(socket.RemoteEndPoint);
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        int stream = 0;
        try
        {
            using Socket clientSocket = socket;
            (Stream server, Socket serverSocket) = await route.ConnectAsync(gone.Token);
            await using Stream ownedServer = server;
            await using Stream client = await route.AcceptAsync(socket, gone.Token);
            lock (_printing)
            {
                stream = view.Begin(from, Addresses.Of(serverSocket.RemoteEndPoint));
            }

            await Task.WhenAll(
                PumpAsync(stream, TrafficSide.Client, client, server, serverSocket, gone),
                PumpAsync(stream, TrafficSide.Server, server, client, socket, gone));
        }
        catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException)
        {
            Tell($"the connection from {from} ended: {ToolException.Plain(exception)}");
        }
        catch (OperationCanceledException)
        {
            // The other direction, or the user, ended it.
        }
        catch (OutputClosedException exception)
        {
            _closed = exception;
            await ended.CancelAsync();
        }
        finally
        {
            lock (_printing)
            {
                view.Forget(stream);
            }
        }
    }

    /// <summary>Relays one direction to its end; an error ends the other too.</summary>
    private async Task PumpAsync(int stream, TrafficSide side, Stream from, Stream to, Socket toSocket, CancellationTokenSource gone)
    {
        byte[] buffer = new byte[BufferSize];
        try
        {
            for (int count; (count = await from.ReadAsync(buffer, gone.Token)) > 0;)
            {
                Show(() => view.Add(stream, side, buffer.AsSpan(0, count)));
                await to.WriteAsync(buffer.AsMemory(0, count), gone.Token);
            }

            Show(() => view.Close(stream, side));
            if (to is SslStream secure)
            {
                await secure.ShutdownAsync();
            }

            toSocket.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            await gone.CancelAsync();
            throw;
        }
    }

    private void Show(Action show)
    {
        lock (_printing)
        {
            show();
            output.Flush();
        }
    }

    private void Tell(string text)
    {
        lock (_printing)
        {
            io.Error.WriteLine($"wire: {text}");
            io.Error.Flush();
        }
    }
}
