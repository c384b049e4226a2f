using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace WireProtocols.Buffers;

/// <summary>
/// What a socket receives, as a pipe: one buffer, so that a decoder meets no seams, and one system call a read. While the socket is silent the buffer
/// is small, or there is none.
/// </summary>
/// <remarks>
/// For whoever changes this: the receive in the kernel and the reader's wait are two things. A cancelled wait leaves the receive where it is, and the
/// next wait goes on with it, so nothing is lost. The kernel writes behind <c>_end</c>; what is lent lies before it. The buffer moves or goes only
/// while no receive is under way and nothing is lent.
/// </remarks>
internal sealed class SocketInput : PipeReader, IDisposable
{
    // A socket that is silent or says little waits with a buffer of this size. Where more is expected, what is there is read first, and the wait
    // needs no buffer.
    private const int SmallSize = 2048;
    private const int LargestSize = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Socket _socket;
    private readonly Receive _receive;
    private readonly PendingResult<ReadResult> _pending = new();
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _examined;
    private int _lentEnd;
    private int _size = SmallSize;
    private Exception? _failure;
    private bool _isReceiving;
    private bool _isLent;
    private bool _isCancelled;
    private bool _hasEnded;
    private bool _isCompleted;

    public SocketInput(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
        _receive = new Receive(this);
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_lock)
        {
            ThrowIfUnusable();
            if (!_isReceiving && !IsWorthTaking && !TryReceive() && _start == _end)
            {
                ReturnBuffer();
            }

            return TryTake(out result);
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            ThrowIfUnusable();
            if (TryTake(out ReadResult result))
            {
                return new ValueTask<ReadResult>(result);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            }

            if (!_isReceiving)
            {
                BeginReceive();
                if (IsWorthTaking && TryTake(out result))
                {
                    return new ValueTask<ReadResult>(result);
                }
            }

            _pending.Begin();
        }

        return _pending.GetTask(static (self, token) => ((SocketInput)self!).CancelWait(token), this, cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_lock)
        {
            if (!_isLent)
            {
                throw new InvalidOperationException("Nothing is lent.");
            }

            _isLent = false;
            if (_start < _lentEnd)
            {
                Advance(consumed.GetInteger(), examined.GetInteger());
            }
        }
    }

    public override void CancelPendingRead()
    {
        ReadResult result;
        lock (_lock)
        {
            if (!_pending.TryEnd())
            {
                _isCancelled = true;
                return;
            }

            result = Lend(isCancelled: true);
        }

        _pending.Cancel(result);
    }

    /// <summary>Closes the socket.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (_lock)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            if (!_isReceiving)
            {
                ReturnBuffer();
                _receive.Dispose();
            }
        }

        _socket.Dispose();
    }

    public void Dispose() => Complete();

    private void ThrowIfUnusable()
    {
        if (_isCompleted || _isLent || _pending.IsWaiting)
        {
            throw new InvalidOperationException(_isCompleted ? "The input is complete." : "The read before has not ended.");
        }
    }

    private bool IsWorthTaking => _isCancelled || _end > _examined || _hasEnded || _failure is not null;

    private bool TryTake(out ReadResult result)
    {
        if (_isCancelled || _end > _examined || _hasEnded)
        {
            bool isCancelled = _isCancelled;
            _isCancelled = false;
            result = Lend(isCancelled);
            return true;
        }

        if (_failure is not null)
        {
            throw new IOException(_failure.Message, _failure);
        }

        result = default;
        return false;
    }

    private ReadResult Lend(bool isCancelled)
    {
        _isLent = true;
        _lentEnd = _end;
        ReadOnlySequence<byte> buffer = _start < _end ? new(_bytes, _start, _end - _start) : ReadOnlySequence<byte>.Empty;
        return new ReadResult(buffer, isCancelled, _hasEnded);
    }

    private void Advance(int consumed, int examined)
    {
        if (consumed < _start || examined < consumed || examined > _lentEnd)
        {
            throw new ArgumentOutOfRangeException(nameof(consumed), consumed, "It is not in what was lent.");
        }

        _start = consumed;
        _examined = examined;
        if (_start == _end && !_isReceiving)
        {
            _start = _end = _examined = 0;
            if (_bytes.Length > SmallSize)
            {
                ReturnBuffer();
            }
        }
    }

    private void BeginReceive()
    {
        do
        {
            if (_start < _end || _size == SmallSize)
            {
                MakeRoom();
                Arm(_bytes.AsMemory(_end));
            }
            else if (!TryReceive())
            {
                ReturnBuffer();
                Arm(Memory<byte>.Empty);
            }
        }
        while (!_isReceiving && !IsWorthTaking);
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>False where nothing is.</returns>
    private bool TryReceive()
    {
        MakeRoom();
        Span<byte> room = _bytes.AsSpan(_end);
        try
        {
            int count = _socket.Receive(room, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return false;
            }

            Accept(count, error, room.Length);
        }
        catch (ObjectDisposedException exception)
        {
            _failure = exception;
        }

        return true;
    }

    /// <summary>Lets the kernel receive, or, with no room for anything, say when there is something.</summary>
    private void Arm(Memory<byte> room)
    {
        _receive.SetBuffer(room);
        _isReceiving = true;
        try
        {
            if (!_socket.ReceiveAsync(_receive))
            {
                AcceptArmed();
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or InvalidOperationException)
        {
            _isReceiving = false;
            _failure = exception;
        }
    }

    private void AcceptArmed()
    {
        _isReceiving = false;
        int room = _receive.MemoryBuffer.Length;
        if (room > 0 || _receive.SocketError != SocketError.Success)
        {
            Accept(_receive.BytesTransferred, _receive.SocketError, room);
        }
        else if (!_isCompleted && !TryReceive())
        {
            ReturnBuffer();
        }
    }

    private void Accept(int count, SocketError error, int room)
    {
        if (error != SocketError.Success)
        {
            _failure = new SocketException((int)error);
            return;
        }

        _hasEnded = count == 0;
        _end += count;

        // A receive that fills its buffer is followed by a larger one, and one that leaves most of it empty by a smaller one.
        _size = count == room ? Math.Min(2 * _size, LargestSize) : count < _size / 8 ? Math.Max(_size / 2, SmallSize) : _size;
    }

    private void MakeRoom()
    {
        int held = _end - _start;
        if (held == 0)
        {
            _start = _end = _examined = 0;
        }

        if (_bytes.Length - _end >= Math.Max(_size / 4, 1) && _bytes.Length >= _size)
        {
            return;
        }

        ReadOnlySpan<byte> kept = _bytes.AsSpan(_start, held);
        if (_bytes.Length >= _size && held <= _bytes.Length / 2)
        {
            kept.CopyTo(_bytes);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_size, 2 * held));
            kept.CopyTo(larger);
            ReturnBuffer();
            _bytes = larger;
        }

        _examined = Math.Max(0, _examined - _start);
        _start = 0;
        _end = held;
    }

    private void ReturnBuffer()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void CancelWait(CancellationToken token)
    {
        lock (_lock)
        {
            if (!_pending.TryEnd())
            {
                return;
            }
        }

        _pending.Cancel(token);
    }

    /// <summary>A receive has ended that did not end at once.</summary>
    private void OnReceived()
    {
        ReadResult result = default;
        Exception? failure = null;
        lock (_lock)
        {
            AcceptArmed();
            if (_isCompleted)
            {
                ReturnBuffer();
                _receive.Dispose();
            }
            else if (_pending.IsWaiting && !IsWorthTaking)
            {
                // Somebody said that there is something, and there is not.
                BeginReceive();
            }

            if (_isReceiving || !_pending.TryEnd())
            {
                return;
            }

            try
            {
                failure = _isCompleted ? new IOException("The input is complete.") : TryTake(out result) ? null : _failure;
            }
            catch (IOException exception)
            {
                failure = exception;
            }
        }

        if (failure is null)
        {
            _pending.Complete(result);
        }
        else
        {
            _pending.Fail(failure);
        }
    }

    private sealed class Receive(SocketInput input) : SocketAsyncEventArgs(true)
    {
        protected override void OnCompleted(SocketAsyncEventArgs e) => input.OnReceived();
    }
}
