using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>
/// What a socket on an event loop receives, as a pipe. A read takes what is there first, and waits only where nothing is. While it waits it holds no
/// more than what was examined and not consumed.
/// </summary>
/// <remarks>
/// For whoever changes this: events are edges. <c>_isReadable</c> says that there may be something to receive; only an event sets it, and only a
/// receive that empties the socket resets it. Everything happens under the lock of the socket, and what waited runs outside of it.
/// </remarks>
internal sealed class LoopInput : PipeReader
{
    // A peer that sends without end does not keep the loop from the others for longer than so many reads.
    private const int MaxReads = 2;

    private readonly LoopSocket _socket;
    private readonly bool _emptiesInOneRead;
    private readonly PendingResult<ReadResult> _pending = new();
    private InputBuffer _buffer;
    private int _examined;
    private int _lentEnd;
    private Exception? _failure;
    private byte _reads;
    private bool _isReadable = true;
    private bool _endsReadsEarly;
    private bool _isLent;
    private bool _isCancelled;
    private bool _hasEnded;
    private bool _isCompleted;

    /// <param name="socket">The socket.</param>
    /// <param name="emptiesInOneRead">Whether a read that leaves room has taken all: a Unix socket's may end at what else was passed along.</param>
    public LoopInput(LoopSocket socket, bool emptiesInOneRead)
    {
        _socket = socket;
        _emptiesInOneRead = emptiesInOneRead;
    }

    private bool IsWorthTaking => _isCancelled || _buffer.End > _examined || _hasEnded || _failure is not null;

    public override bool TryRead(out ReadResult result)
    {
        lock (_socket.Gate)
        {
            ThrowIfUnusable();
            if (!IsWorthTaking)
            {
                Receive();
            }

            bool hasTaken = TryTake(out result);
            if (!hasTaken)
            {
                _buffer.Trim();
                _examined = _buffer.End;
            }

            return hasTaken;
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        lock (_socket.Gate)
        {
            ThrowIfUnusable();
            if (!IsWorthTaking && !cancellationToken.IsCancellationRequested)
            {
                Receive();
            }

            if (TryTake(out ReadResult result))
            {
                return new ValueTask<ReadResult>(result);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            }

            _buffer.Trim();
            _examined = _buffer.End;
            if (_isReadable)
            {
                // It has had its share: the others first.
                _socket.Post(EpollEvents.Readable);
            }

            _pending.Begin();
        }

        return _pending.GetTask(static (self, token) => ((LoopInput)self!).CancelWait(token), this, cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_socket.Gate)
        {
            if (!_isLent)
            {
                throw new InvalidOperationException("Nothing is lent.");
            }

            _isLent = false;
            if (!_isCompleted && _buffer.Start < _lentEnd)
            {
                Advance(consumed.GetInteger(), examined.GetInteger());
            }
        }
    }

    public override void CancelPendingRead()
    {
        ReadResult result;
        lock (_socket.Gate)
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
        lock (_socket.Gate)
        {
            if (!_isCompleted)
            {
                _isCompleted = true;
                _buffer.Return();
                _socket.Close(reset: false);
            }
        }
    }

    /// <summary>The loop reports something. The caller holds the lock.</summary>
    /// <param name="events">What it reports.</param>
    /// <param name="result">What the wait has brought, for <see cref="EndWait"/>.</param>
    /// <returns>Whether a wait has ended: then <see cref="EndWait"/> is called, without the lock.</returns>
    public bool Accept(uint events, out ReadResult result)
    {
        const uint End = EpollEvents.PeerHungUp | EpollEvents.HungUp | EpollEvents.Failed;
        result = default;
        _isReadable |= (events & (EpollEvents.Readable | EpollEvents.Urgent | End)) != 0;

        // A read ends before urgent data (tcp(7)), whatever comes behind it.
        _endsReadsEarly |= (events & (EpollEvents.Urgent | End)) != 0;
        _reads = 0;
        if (!_pending.IsWaiting)
        {
            return false;
        }

        if (!IsWorthTaking)
        {
            Receive();
        }

        if (!IsWorthTaking)
        {
            _buffer.Trim();
            _examined = _buffer.End;
            return false;
        }

        _pending.TryEnd();
        if (IsTakeable)
        {
            TryTake(out result);
        }

        return true;
    }

    /// <summary>Runs what waited.</summary>
    public void EndWait(ReadResult result)
    {
        if (_isLent)
        {
            _pending.Complete(result);
        }
        else
        {
            _pending.Fail(Failure());
        }
    }

    private bool IsTakeable => _isCancelled || _buffer.End > _examined || _hasEnded;

    private void ThrowIfUnusable()
    {
        if (_isCompleted || _isLent || _pending.IsWaiting)
        {
            throw new InvalidOperationException(_isCompleted ? "The input is complete." : "The read before has not ended.");
        }
    }

    private IOException Failure() => new(_failure!.Message, _failure);

    private bool TryTake(out ReadResult result)
    {
        if (IsTakeable)
        {
            bool isCancelled = _isCancelled;
            _isCancelled = false;
            result = Lend(isCancelled);
            return true;
        }

        result = default;
        return _failure is null ? false : throw Failure();
    }

    private ReadResult Lend(bool isCancelled)
    {
        _isLent = true;
        _lentEnd = _buffer.End;
        return new ReadResult(_buffer.Content, isCancelled, _hasEnded);
    }

    private void Advance(int consumed, int examined)
    {
        if (consumed < _buffer.Start || examined < consumed || examined > _lentEnd)
        {
            throw new ArgumentOutOfRangeException(nameof(consumed), consumed, "It is not in what was lent.");
        }

        _buffer.Consume(consumed);
        _examined = _buffer.IsEmpty ? 0 : examined;
        if (_buffer.IsEmpty)
        {
            _buffer.Return();
        }
    }

    private void Receive()
    {
        if (_socket.IsClosed)
        {
            _failure = new ObjectDisposedException("The socket");
            return;
        }

        if (!_isReadable || (_socket.IsOnLoop && _reads == MaxReads))
        {
            return;
        }

        // What is not examined is what comes now; nothing of it has been yet.
        Span<byte> room = _buffer.MakeRoom();
        _examined = _buffer.End;
        int count = _socket.Receive(room);
        _reads++;
        if (count > 0)
        {
            _buffer.Fill(count);
            _isReadable = count == room.Length || _endsReadsEarly || !_emptiesInOneRead;
            return;
        }

        _isReadable = false;
        _hasEnded = count == 0;
        if (count is not 0 and not -Errno.WouldBlock)
        {
            _failure = Errno.ToException(-count);
        }
    }

    private void CancelWait(CancellationToken token)
    {
        lock (_socket.Gate)
        {
            if (!_pending.TryEnd())
            {
                return;
            }
        }

        _pending.Cancel(token);
    }
}
