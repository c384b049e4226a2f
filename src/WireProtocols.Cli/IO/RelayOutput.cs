using System.Buffers;
using System.Net.Sockets;

namespace WireProtocols.Cli.IO;

/// <summary>The messages to the other end of a relay: a queue, and a task that writes it.</summary>
internal sealed class RelayOutput : IDisposable
{
    private const int MaxBacklog = 4 * 1024 * 1024;

    // What is written at a time: a write ends when all of it is written, and shows that the other end reads.
    private const int MaxWrite = 256 * 1024;

    private readonly Socket _socket;
    private readonly TimeSpan _patience;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givingUp;
    private readonly Task _writing;

    private ArrayBufferWriter<byte> _queue = new();
    private TaskCompletionSource? _backlogIsLess;
    private int _inFlight;
    private bool _isBroken;

    /// <param name="socket">Where messages go.</param>
    /// <param name="patience">How long the other end may read nothing once <see cref="EndAsync"/> has been called.</param>
    /// <param name="time">Measures that.</param>
    public RelayOutput(Socket socket, TimeSpan patience, TimeProvider time)
    {
        _givingUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _socket = socket;
        _patience = patience;
        _writing = WriteAsync();
    }

    /// <summary>Adds a message to the queue.</summary>
    public void Send(RelayKind kind, long streamId, long value, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_isBroken)
            {
                return;
            }

            new RelayMessage(kind, streamId, value, payload.Length).WriteTo(_queue, payload);
        }

        _wake.Release();
    }

    /// <summary>Waits while too much is under way.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        Task? room = null;
        lock (_gate)
        {
            if (_queue.WrittenCount + _inFlight > MaxBacklog && !_isBroken)
            {
                _backlogIsLess ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _backlogIsLess.Task;
            }
        }

        if (room is not null)
        {
            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes all that is left, for as long as the other end reads.</summary>
    public async Task EndAsync()
    {
        _givingUp.CancelAfter(_patience);
        await _stopping.CancelAsync();
        await _writing;
    }

    public void Dispose()
    {
        _wake.Dispose();
        _stopping.Dispose();
        _givingUp.Dispose();
    }

    private async Task WriteAsync()
    {
        ArrayBufferWriter<byte> spare = new();
        try
        {
            bool stopping = false;
            while (!stopping)
            {
                stopping = await WaitAsync();
                lock (_gate)
                {
                    (_queue, spare) = (spare, _queue);
                    _inFlight = spare.WrittenCount;
                }

                for (ReadOnlyMemory<byte> rest = spare.WrittenMemory; !rest.IsEmpty;)
                {
                    rest = rest[await _socket.SendAsync(rest[..Math.Min(rest.Length, MaxWrite)], _givingUp.Token)..];
                    if (_stopping.IsCancellationRequested)
                    {
                        // It reads.
                        _givingUp.CancelAfter(_patience);
                    }
                }

                spare.ResetWrittenCount();
                MakeRoom(isBroken: false);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The other process is gone, or does not read at the end.
            MakeRoom(isBroken: true);
        }
    }

    private async Task<bool> WaitAsync()
    {
        try
        {
            await _wake.WaitAsync(_stopping.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private void MakeRoom(bool isBroken)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isBroken |= isBroken;
            _inFlight = 0;
            (room, _backlogIsLess) = (_backlogIsLess, null);
        }

        room?.SetResult();
    }
}
