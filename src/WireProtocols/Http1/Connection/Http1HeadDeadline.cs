using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>
/// The time limit of waits for a head, and their end when the server stops. There is one timer a connection. It looks at the deadline when it fires,
/// so that a request which comes in time costs no timer.
/// </summary>
/// <remarks>
/// For whoever changes this: a wait is ended by <see cref="PipeReader.CancelPendingRead"/>. Where the wait ends by itself at the same moment, the
/// pipe keeps the cancellation for the next read. <see cref="End"/> takes it back, so that no reader of a body meets it.
/// </remarks>
internal sealed class Http1HeadDeadline(PipeReader input, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long _deadline;
    private long _armedFor;
    private bool _isWaiting;
    private bool _isCancelled;
    private bool _isStopped;

    /// <summary>Whether the wait that has just ended took too long.</summary>
    public bool HasPassed { get; private set; }

    /// <summary>Says how long the head may be waited for from now on, over as many waits as it takes.</summary>
    public void Set(TimeSpan limit)
    {
        lock (_lock)
        {
            HasPassed = false;
            _deadline = limit == Timeout.InfiniteTimeSpan
                ? long.MaxValue
                : time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);
            if (_deadline < long.MaxValue && (_timer is null || _armedFor == 0 || _deadline < _armedFor))
            {
                Arm(limit);
            }
        }
    }

    /// <summary>A wait begins.</summary>
    /// <returns>False where the server stops: then there is nothing to wait for.</returns>
    public bool TryBegin()
    {
        lock (_lock)
        {
            _isWaiting = !_isStopped;
            return _isWaiting;
        }
    }

    /// <summary>The wait has ended.</summary>
    /// <returns>Whether it was cancelled here, or the pipe still holds such a cancellation.</returns>
    public bool End()
    {
        lock (_lock)
        {
            bool isCancelled = _isCancelled;
            _isWaiting = false;
            _isCancelled = false;
            return isCancelled;
        }
    }

    /// <summary>Takes a cancellation back that came when the wait had ended by itself. What has been read has been released.</summary>
    public void TakeBack()
    {
        if (input.TryRead(out ReadResult read))
        {
            input.AdvanceTo(read.Buffer.Start);
        }
    }

    /// <summary>Ends the wait that there is, and lets none begin.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            Cancel();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _isWaiting = false;
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            _armedFor = 0;
            long left = _deadline - time.GetTimestamp();
            if (left <= 0)
            {
                HasPassed = _isWaiting;
                Cancel();
            }
            else if (_deadline < long.MaxValue)
            {
                Arm(TimeSpan.FromSeconds((double)left / time.TimestampFrequency));
            }
        }
    }

    private void Arm(TimeSpan due)
    {
        // A millisecond more, since timers are not exact and one that fires too early fires twice.
        due += TimeSpan.FromMilliseconds(1);
        _armedFor = _deadline;
        if (_timer is null)
        {
            _timer = time.CreateTimer(static state => ((Http1HeadDeadline)state!).Look(), this, due, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void Cancel()
    {
        if (_isWaiting && !_isCancelled)
        {
            _isCancelled = true;
            input.CancelPendingRead();
        }
    }
}
