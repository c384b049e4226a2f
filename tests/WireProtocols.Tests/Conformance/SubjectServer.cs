using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>A WebSocket server that echoes, written for this by hand, with one mistake or none.</summary>
public sealed class SubjectServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Defect _defect;
    private readonly Task _accepting;
    private bool _isDead;

    public SubjectServer(Defect defect = Defect.None)
    {
        _defect = defect;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/echo");

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
        if (_isDead)
        {
            return;
        }

        try
        {
            SubjectOpening opening = new(_defect, stream);
            if (await opening.AcceptAsync(_stop.Token))
            {
                using SubjectConnection connection = new(_defect, stream, opening.Terms);
                await connection.RunAsync(_stop.Token);
                _isDead |= connection.HasKilledServer;
            }

            // What has not been read would turn the end into a reset.
            socket.Shutdown(SocketShutdown.Send);
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            byte[] rest = new byte[64 * 1024];
            while (await stream.ReadAsync(rest, patience.Token) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The examiner has hung up.
        }
    }
}
