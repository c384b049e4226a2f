using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Conformance;

/// <summary>
/// Listens on loopback, reads the head of each request, keeps the connection for its case, and collects what is reported, on whichever connection
/// it comes.
/// </summary>
internal sealed class ClientListener : IClientEntrance, IAsyncDisposable
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainStep = TimeSpan.FromMilliseconds(20);
    private readonly Socket _listener;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;
    private int _reading;

    private ClientListener(Socket listener, TimeSpan patience)
    {
        _listener = listener;
        _patience = patience;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public ClientInbox Inbox { get; } = new();

    /// <summary>The case whose client is at work here; null between cases.</summary>
    public ClientSeat? Seat { get; set; }

    /// <param name="port">0 picks one.</param>
    /// <param name="patience">How long a head may take from its first byte to its last.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static ClientListener Start(int port, TimeSpan patience)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen(512);
            return new ClientListener(listener, patience);
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new IOException($"port {port} cannot be listened on: {exception.Message}", exception);
        }
    }

    public async Task DrainAsync(CancellationToken stop)
    {
        for (TimeSpan waited = TimeSpan.Zero; waited < DrainTime; waited += DrainStep)
        {
            await Task.Delay(DrainStep, stop);
            if (Volatile.Read(ref _reading) == 0 && !_listener.Poll(0, SelectMode.SelectRead))
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Inbox.Clear(_ => true);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        HashSet<Task> running = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _reading);
                socket.NoDelay = true;
                running.RemoveWhere(r => r.IsCompleted);
                running.Add(Task.Run(() => ServeAsync(socket, [], ++_connections)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    /// <summary>Reads requests until one is for a case.</summary>
    private async Task ServeAsync(Socket socket, byte[] first, int number)
    {
        try
        {
            ClientBytes bytes = new(socket, first);
            while (await bytes.ReadHeadAsync(_patience, _stop.Token) is { } request)
            {
                if (!request.IsReport)
                {
                    Inbox.Add(new PendingClient(new RawSocket(socket), request, bytes.Rest, number, rest => Return(socket, rest, number)));
                    return;
                }

                if (!await TakeReportAsync(socket, bytes, request))
                {
                    break;
                }
            }

            socket.Dispose();
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            socket.Dispose();
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    private void Return(Socket socket, byte[] rest, int number)
    {
        Interlocked.Increment(ref _reading);
        _ = Task.Run(() => ServeAsync(socket, rest, number));
    }

    /// <returns>Whether another request may follow.</returns>
    private async Task<bool> TakeReportAsync(Socket socket, ClientBytes bytes, ClientRequest request)
    {
        if (request.Members("Expect").Contains("100-continue", StringComparer.OrdinalIgnoreCase))
        {
            await socket.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        }

        if (await bytes.ReadBodyAsync(request, _stop.Token) is not { } body)
        {
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
            return false;
        }

        // The case first, the answer then: a client that has its answer has reported.
        if (Seat is { } seat && (request.Case is null || request.Names(seat.Case)))
        {
            seat.Reports.Add(body);
        }

        bool isLast = request.Members("Connection").Contains("close", StringComparer.OrdinalIgnoreCase)
            || (request.Version == "HTTP/1.0" && !request.Members("Connection").Contains("keep-alive", StringComparer.OrdinalIgnoreCase));
        await socket.SendAsync(
            isLast
                ? "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray()
                : "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n"u8.ToArray(),
            _stop.Token);
        return !isLast;
    }
}
