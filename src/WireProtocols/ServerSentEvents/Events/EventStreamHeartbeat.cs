using System.IO.Pipelines;

namespace WireProtocols.ServerSentEvents;

/// <summary>Sends an empty comment whenever nothing has been written for a while. The gate keeps it and the writer apart: a beat that would
/// have to wait for it is not needed.</summary>
internal sealed class EventStreamHeartbeat : IAsyncDisposable
{
    private readonly PipeWriter _pipe;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private long _lastWrite;
    private volatile bool _stopped;

    public EventStreamHeartbeat(PipeWriter pipe, EventStreamWriterOptions options)
    {
        _pipe = pipe;
        _time = options.TimeProvider;
        _interval = options.HeartbeatInterval;
        _lastWrite = _time.GetTimestamp();
        _timer = _time.CreateTimer(static state => _ = ((EventStreamHeartbeat)state!).BeatAsync(), this, _interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Held by whoever writes to the pipe.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Takes note of a write.</summary>
    public void Touch() => Volatile.Write(ref _lastWrite, _time.GetTimestamp());

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Gate.WaitAsync().ConfigureAwait(false);
        Gate.Release();
    }

    private async Task BeatAsync()
    {
        TimeSpan idle = _time.GetElapsedTime(Volatile.Read(ref _lastWrite));
        if (idle >= _interval && Gate.Wait(0, CancellationToken.None))
        {
            try
            {
                if (!_stopped)
                {
                    EventStreamEncoder.WriteComment(_pipe, ReadOnlySpan<byte>.Empty);
                    FlushResult result = await _pipe.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                    _stopped |= result.IsCompleted;
                }
            }
            catch (Exception)
            {
                // The pipe is completed or its stream broken: the next write of the owner says so.
                _stopped = true;
            }
            finally
            {
                Touch();
                Gate.Release();
            }

            idle = TimeSpan.Zero;
        }

        if (!_stopped)
        {
            _timer.Change(idle < _interval ? _interval - idle : _interval, Timeout.InfiniteTimeSpan);
        }
    }
}
