namespace WireProtocols.Resume;

/// <summary>The sessions without a connection, the one that has been without for longest first. What has been here for too long is given
/// up.</summary>
internal sealed class ResumeIdleSessions : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(ResumeSessionId Id, long Since)> _order = new();
    private readonly Dictionary<ResumeSessionId, LinkedListNode<(ResumeSessionId Id, long Since)>> _places = [];
    private readonly Action<ResumeSessionId> _giveUp;
    private readonly TimeProvider _time;
    private readonly TimeSpan _keep;
    private readonly ITimer _timer;

    /// <param name="keep">How long a session may be here.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="giveUp">Gives a session up.</param>
    public ResumeIdleSessions(TimeSpan keep, TimeProvider time, Action<ResumeSessionId> giveUp)
    {
        _keep = keep;
        _time = time;
        _giveUp = giveUp;
        _timer = time.CreateTimer(
            static state => ((ResumeIdleSessions)state!).GiveUpOld(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A session has lost its connection, or never had one.</summary>
    public void Add(ResumeSessionId id)
    {
        lock (_lock)
        {
            if (_places.ContainsKey(id))
            {
                return;
            }

            _places[id] = _order.AddLast((id, _time.GetTimestamp()));
            if (_order.Count == 1)
            {
                _timer.Change(_keep, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>A session has a connection again, or is over.</summary>
    public void Remove(ResumeSessionId id)
    {
        lock (_lock)
        {
            if (_places.Remove(id, out LinkedListNode<(ResumeSessionId, long)>? place))
            {
                _order.Remove(place);
            }
        }
    }

    /// <summary>Takes out the session that has been here for longest.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryTakeOldest(out ResumeSessionId id)
    {
        lock (_lock)
        {
            id = _order.First?.Value.Id ?? default;
            bool isThere = _order.First is not null;
            Remove(id);
            return isThere;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void GiveUpOld()
    {
        List<ResumeSessionId> old = [];
        lock (_lock)
        {
            TimeSpan left = TimeSpan.Zero;
            while (_order.First is { } first && (left = _keep - _time.GetElapsedTime(first.Value.Since)) <= TimeSpan.Zero)
            {
                old.Add(first.Value.Id);
                Remove(first.Value.Id);
            }

            if (_order.Count > 0)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
            }
        }

        old.ForEach(_giveUp);
    }
}
