namespace WireProtocols.Resume;

/// <summary>When a receiver acknowledges (wire-resume §2.4): after so many messages, so many bytes, or so long. It may be used by many
/// threads.</summary>
internal sealed class ResumeAckClock : IDisposable
{
    private const int MostMessages = 64;
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly Action _wake;
    private long _taken;
    private int _messages;
    private int _bytes;
    private bool _isDue;

    /// <param name="time">Where time comes from.</param>
    /// <param name="wake">Is called when an acknowledgement has become due.</param>
    public ResumeAckClock(TimeProvider time, Action wake)
    {
        _wake = wake;
        _timer = time.CreateTimer(static state => ((ResumeAckClock)state!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether to acknowledge each message at once.</summary>
    public bool IsPrompt { get; set; }

    /// <summary>The application has taken a message.</summary>
    public void Note(long sequence, int length)
    {
        lock (_lock)
        {
            _taken = sequence;
            _messages++;
            _bytes += length;
            if (!IsPrompt && _messages < MostMessages && _bytes < MostBytes)
            {
                if (_messages == 1)
                {
                    _timer.Change(Longest, Timeout.InfiniteTimeSpan);
                }

                return;
            }
        }

        Ring();
    }

    /// <summary>The number to acknowledge now, where it is time to.</summary>
    public bool TryTake(out long sequence)
    {
        lock (_lock)
        {
            sequence = _taken;
            if (!_isDue)
            {
                return false;
            }

            (_isDue, _messages, _bytes) = (false, 0, 0);
            return true;
        }
    }

    /// <summary>Forgets what was taken: it was of another session.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            (_isDue, _messages, _bytes) = (false, 0, 0);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        lock (_lock)
        {
            _isDue = _messages > 0;
        }

        _wake();
    }
}
