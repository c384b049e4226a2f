using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>A server with an event stream, written for this by hand, with one mistake or none.</summary>
public sealed class StreamSubject : IAsyncDisposable
{
    private const int Slots = 10;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = [];
    private readonly StreamDefect _defect;
    private readonly bool _isEndless;
    private readonly Task _accepting;
    private int _taken;
    private int _turn;
    private int _cursor;
    private volatile bool _isDead;

    public StreamSubject(StreamDefect defect = StreamDefect.None, bool isEndless = false)
    {
        _defect = defect;
        _isEndless = isEndless || StreamDefects.IsEndless(defect);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/events");

    /// <summary>Clients that have a stream now.</summary>
    internal int Open => _open.Count;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>A number for whoever takes events in turn with others.</summary>
    internal int TakeTurn() => Interlocked.Increment(ref _turn);

    /// <summary>The place that all clients share, where that is the mistake.</summary>
    internal int ShareCursor(int? place)
        => place is { } set ? Interlocked.Exchange(ref _cursor, set) : Interlocked.Increment(ref _cursor);

    internal bool TakeSlot() => Interlocked.Increment(ref _taken) <= Slots;

    internal void Kill() => _isDead = true;

    internal void EndOthers(Socket mine)
    {
        foreach (Socket other in _open.Keys.Where(s => s != mine))
        {
            other.Dispose();
        }
    }

    internal void Enter(Socket socket) => _open[socket] = true;

    internal void Leave(Socket socket) => _open.TryRemove(socket, out _);

    private async Task AcceptAsync()
    {
        List<Task> running = [];
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                running.RemoveAll(r => r.IsCompleted);
                if (_defect is StreamDefect.HeadsInLine)
                {
                    // The next one is taken when this one's first byte and the rest of its head are there.
                    TaskCompletionSource hasHead = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    running.Add(Task.Run(() => ServeAsync(socket, hasHead)));
                    await hasHead.Task.WaitAsync(_stop.Token);
                }
                else if (_defect == StreamDefect.OneAtATime)
                {
                    await Task.Run(() => ServeAsync(socket, null));
                }
                else
                {
                    running.Add(Task.Run(() => ServeAsync(socket, null)));
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket socket, TaskCompletionSource? hasHead)
    {
        socket.NoDelay = true;
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: true);
            if (!_isDead)
            {
                StreamSubjectConnection connection = new(this, _defect, socket, stream, _isEndless);
                await connection.RunAsync(hasHead, _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The examiner has gone.
            _isDead |= _defect == StreamDefect.DiesOfReset && exception is IOException;
            if (_defect == StreamDefect.LeavingEndsAll)
            {
                EndOthers(socket);
            }
        }
        finally
        {
            Leave(socket);
            hasHead?.TrySetResult();
        }
    }
}
