using System.Collections.Concurrent;

namespace WireProtocols.Resume;

/// <summary>
/// Sessions in this process's memory, for one server or for several in one process. A restart loses them: clients are told that their session is
/// gone.
/// </summary>
public sealed class ResumeMemoryStore : IResumeSessionStore, IDisposable
{
    private readonly ConcurrentDictionary<ResumeSessionId, ResumeStoredSession> _sessions = new();
    private readonly ResumeMemoryStoreOptions _options;
    private readonly ResumeIdleSessions _idle;
    private readonly ResumeStoreBytes _bytes;

    /// <param name="options">The bounds; <see cref="ResumeMemoryStoreOptions.Default"/> when null.</param>
    public ResumeMemoryStore(ResumeMemoryStoreOptions? options = null)
    {
        _options = options ?? ResumeMemoryStoreOptions.Default;
        _idle = new ResumeIdleSessions(_options.Keep, _options.TimeProvider, GiveUp);
        _bytes = new ResumeStoreBytes(_options.MaxBytes, TryMakeRoom);
    }

    /// <summary>How many sessions there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>How many bytes of messages they keep together.</summary>
    public long Bytes => _bytes.Count;

    /// <inheritdoc/>
    public ValueTask<IResumeLease?> CreateAsync(CancellationToken cancellationToken)
    {
        while (_sessions.Count >= _options.MaxSessions)
        {
            if (!TryMakeRoom())
            {
                return default;
            }
        }

        ResumeStoredSession session = new(new ResumeSession(ResumeSessionId.Create(), _options.Session));
        _sessions[session.Id] = session;
        return new ValueTask<IResumeLease?>(Lease(session));
    }

    /// <inheritdoc/>
    public ValueTask<IResumeLease?> TakeAsync(ResumeSessionId id, CancellationToken cancellationToken)
        => new(_sessions.TryGetValue(id, out ResumeStoredSession? session) ? Lease(session) : null);

    /// <summary>Ends all sessions. To do it twice is fine.</summary>
    public void Dispose()
    {
        _idle.Dispose();
        foreach (ResumeSessionId id in _sessions.Keys)
        {
            GiveUp(id);
        }
    }

    private ResumeMemoryLease? Lease(ResumeStoredSession session)
    {
        // Until its client is there, it is one without a connection.
        int generation = session.Take(_idle, out CancellationToken lost);
        return generation == 0 ? null : new ResumeMemoryLease(session, generation, _idle, _bytes, GiveUp, lost);
    }

    private bool TryMakeRoom()
    {
        if (!_idle.TryTakeOldest(out ResumeSessionId oldest))
        {
            return false;
        }

        GiveUp(oldest);
        return true;
    }

    private void GiveUp(ResumeSessionId id)
    {
        if (_sessions.TryRemove(id, out ResumeStoredSession? session) && session.End())
        {
            _bytes.Change(-session.Bytes);
        }

        _idle.Remove(id);
    }
}
