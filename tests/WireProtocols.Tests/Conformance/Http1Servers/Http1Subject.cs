using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>An HTTP/1.1 server at <c>/echo</c>, written for this by hand, with one mistake or none.</summary>
public sealed class Http1Subject : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Http1Defect _defect;
    private readonly Task _accepting;
    private bool _isDead;

    public Http1Subject(Http1Defect defect = Http1Defect.None)
    {
        _defect = defect;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/echo");

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
            Http1SubjectConnection connection = new(_defect, new Http1SubjectInput(stream, _stop.Token), stream, _stop.Token);
            try
            {
                await connection.RunAsync();
            }
            finally
            {
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

/// <summary>What ends a request: a status to refuse it with, or none where the connection is over.</summary>
internal sealed class Http1SubjectRefusal(int status) : Exception
{
    public int Status { get; } = status;
}

/// <summary>The bytes of a connection, read on demand.</summary>
internal sealed class Http1SubjectInput(Stream stream, CancellationToken stop)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    public int Count => _end - _start;

    public void Drop() => _start = _end;

    public void Take(int count) => _start += count;

    /// <returns>False at the end.</returns>
    public async ValueTask<bool> FillAsync()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            Buffered.CopyTo(_buffer);
            (_start, _end) = (0, Count);
        }

        int count = await stream.ReadAsync(_buffer.AsMemory(_end), stop);
        _end += count;
        return count > 0;
    }

    /// <returns>Minus one at the end.</returns>
    public async ValueTask<int> NextAsync()
        => Count > 0 || await FillAsync() ? _buffer[_start++] : -1;
}
