using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.Resume;

/// <summary>The sessions without a connection, the one that has been without for longest first. What has been here for too long is given up.</summary>
internal sealed class ResumeIdleSessions : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(ResumeStoredSession Session, long Since)> _order = new();
    private readonly Dictionary<ResumeStoredSession, LinkedListNode<(ResumeStoredSession Session, long Since)>> _places = [];
    private readonly Action<ResumeStoredSession> _giveUp;
    private readonly TimeProvider _time;
    private readonly TimeSpan _keep;
    private readonly ITimer _timer;

    /// <param name="keep">How long a session may be here.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="giveUp">Gives a session up.</param>
    public ResumeIdleSessions(TimeSpan keep, TimeProvider time, Action<ResumeStoredSession> giveUp)
    {
        _keep = keep;
        _time = time;
        _giveUp = giveUp;
        _timer = time.CreateTimer(
            static state => ((ResumeIdleSessions)state!).GiveUpOld(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A session has lost its connection, or never had one.</summary>
    public void Add(ResumeStoredSession session)
    {
        lock (_lock)
        {
            if (_places.ContainsKey(session))
            {
                return;
            }

            _places[session] = _order.AddLast((session, _time.GetTimestamp()));
            if (_order.Count == 1)
            {
                _timer.Change(_keep, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>A session has a connection again, or is over.</summary>
    public void Remove(ResumeStoredSession session)
    {
        lock (_lock)
        {
            if (_places.Remove(session, out LinkedListNode<(ResumeStoredSession, long)>? place))
            {
                _order.Remove(place);
            }
        }
    }

    /// <summary>Takes out the session that has been here for longest.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryTakeOldest([NotNullWhen(true)] out ResumeStoredSession? session)
    {
        lock (_lock)
        {
            session = _order.First?.Value.Session;
            if (session is not null)
            {
                Remove(session);
            }

            return session is not null;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void GiveUpOld()
    {
        List<ResumeStoredSession> old = [];
        lock (_lock)
        {
            TimeSpan left = TimeSpan.Zero;
            while (_order.First is { } first && (left = _keep - _time.GetElapsedTime(first.Value.Since)) <= TimeSpan.Zero)
            {
                old.Add(first.Value.Session);
                Remove(first.Value.Session);
            }

            if (_order.Count > 0)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
            }
        }

        old.ForEach(_giveUp);
    }
}
