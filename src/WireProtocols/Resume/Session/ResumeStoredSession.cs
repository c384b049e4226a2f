using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.Resume;

/// <summary>A session in a store's memory, and which of its leases holds: everything that a lease does happens under the lock that changes
/// this.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It has no timer, and leases are asked about after its end.")]
internal sealed class ResumeStoredSession(ResumeSession session)
{
    private readonly Lock _lock = new();
    private CancellationTokenSource _lost = new();
    private int _generation;
    private bool _hasEnded;

    /// <summary>The session's ID.</summary>
    public ResumeSessionId Id => session.Id;

    /// <summary>How many bytes it keeps.</summary>
    public long Bytes => session.PendingBytes;

    /// <summary>Begins another lease; the one before is lost.</summary>
    /// <param name="idle">Where it is from then on, until its client is there.</param>
    /// <param name="lost">Cancelled when this lease is.</param>
    /// <returns>The lease's number; 0 where the session is over.</returns>
    public int Take(ResumeIdleSessions idle, out CancellationToken lost)
    {
        CancellationTokenSource before;
        int generation;
        lock (_lock)
        {
            if (_hasEnded)
            {
                lost = new CancellationToken(true);
                return 0;
            }

            before = _lost;
            _lost = new CancellationTokenSource();
            lost = _lost.Token;
            generation = ++_generation;
            idle.Remove(Id);
            idle.Add(Id);
        }

        // Whoever takes a session does not run what its former holder does about that.
        _ = before.CancelAsync();
        return generation;
    }

    /// <summary>The session is over, for all leases.</summary>
    /// <returns>False where it was already.</returns>
    public bool End()
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return false;
            }

            _hasEnded = true;
        }

        _ = _lost.CancelAsync();
        return true;
    }

    /// <summary>Whether a lease holds.</summary>
    public bool Holds(int generation)
    {
        lock (_lock)
        {
            return IsHeld(generation);
        }
    }

    /// <summary>The holder of a lease says whether the session has a connection. A lease that is lost must not say so of the next one's.</summary>
    public void SetConnected(int generation, bool isConnected, ResumeIdleSessions idle)
    {
        lock (_lock)
        {
            if (IsHeld(generation) && isConnected)
            {
                idle.Remove(Id);
            }
            else if (IsHeld(generation))
            {
                idle.Add(Id);
            }
        }
    }

    public (long Received, ResumeGoneReason Gone) Resume(int generation, long peerReceived)
    {
        lock (_lock)
        {
            ResumeGoneReason gone = IsHeld(generation) ? session.Resume(peerReceived)
                : _hasEnded ? ResumeGoneReason.Session
                : ResumeGoneReason.TakenOver;
            return (session.Received, gone);
        }
    }

    public ResumeAcceptance Accept(int generation, long sequence)
    {
        lock (_lock)
        {
            return IsHeld(generation) ? session.Accept(sequence) : ResumeAcceptance.Ended;
        }
    }

    public ResumeAppend Append(int generation, bool isText, ReadOnlyMemory<byte> payload, out long bytes)
    {
        lock (_lock)
        {
            long before = session.PendingBytes;
            ResumeAppend append = IsHeld(generation) ? session.TryAppend(isText, payload) : ResumeAppend.Ended;
            bytes = session.PendingBytes - before;
            return append;
        }
    }

    /// <summary>The store has no room for a message.</summary>
    public ResumeAppend Refuse(int generation)
    {
        lock (_lock)
        {
            return IsHeld(generation) ? session.Refuse() : ResumeAppend.Ended;
        }
    }

    public int Read(int generation, long after, Span<ResumeMessage> messages)
    {
        lock (_lock)
        {
            return IsHeld(generation) ? session.Read(after, messages) : 0;
        }
    }

    public bool TryAcknowledge(int generation, long sequence, out long bytes)
    {
        lock (_lock)
        {
            long before = session.PendingBytes;
            bool isAcknowledged = !IsHeld(generation) || session.TryAcknowledge(sequence);
            bytes = session.PendingBytes - before;
            return isAcknowledged;
        }
    }

    public int CountPending(int generation)
    {
        lock (_lock)
        {
            return IsHeld(generation) ? session.PendingMessages : 0;
        }
    }

    private bool IsHeld(int generation) => !_hasEnded && generation == _generation;
}
