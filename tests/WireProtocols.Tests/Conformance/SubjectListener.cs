using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>Serves one connection of a subject.</summary>
/// <returns>Whether it is to end in good order; false for at once.</returns>
internal delegate Task<bool> SubjectServe(NetworkStream stream, CancellationToken stop);

/// <summary>Accepts the connections of a subject that is a server, and has each served beside the others.</summary>
internal sealed class SubjectListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SubjectServe _serve;
    private readonly Task _accepting;

    public SubjectListener(SubjectServe serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                running.RemoveAll(r => r.IsCompleted);
                running.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            if (await _serve(stream, _stop.Token))
            {
                await EndAsync(socket, stream);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The examiner has hung up.
        }
    }

    /// <summary>What has not been read would turn the end into a reset.</summary>
    private async Task EndAsync(Socket socket, NetworkStream stream)
    {
        socket.Shutdown(SocketShutdown.Send);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        byte[] rest = new byte[64 * 1024];
        while (await stream.ReadAsync(rest, patience.Token) > 0)
        {
        }
    }
}
