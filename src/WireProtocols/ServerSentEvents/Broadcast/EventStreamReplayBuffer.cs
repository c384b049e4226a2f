using WireProtocols.Resume;

namespace WireProtocols.ServerSentEvents;

/// <summary>What a replay buffer can do for a client that comes back.</summary>
public enum EventStreamReplay
{
    /// <summary>The client has no last event ID: it is new, and nothing has been missed.</summary>
    None = 0,

    /// <summary>Everything after the client's last event is there, which may be nothing.</summary>
    Complete,

    /// <summary>The client's last event is not known, or not any more: what it missed is gone, and it needs another start.</summary>
    Gone,
}

/// <summary>
/// The last events of a stream, encoded, so that a client that comes back with a <c>Last-Event-ID</c> gets what it missed (HTML §9.2.3,
/// §9.2.4). It is bounded in events and in bytes; the oldest go first. It may be used by many threads.
/// </summary>
public sealed class EventStreamReplayBuffer
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _ids = new();
    private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
    private readonly ReplayBuffer _buffer;

    /// <param name="maxEvents">The most events that are kept; 0 keeps none.</param>
    /// <param name="maxBytes">The most bytes that they may have together.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is negative.</exception>
    public EventStreamReplayBuffer(int maxEvents, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxEvents);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _buffer = new ReplayBuffer(
            new ReplayBufferOptions { MaxMessages = maxEvents, MaxBytes = maxBytes, MaxAge = Timeout.InfiniteTimeSpan });
    }

    /// <summary>How many events are kept.</summary>
    public int Count => _buffer.Count;

    /// <summary>How many bytes they have.</summary>
    public long Bytes => _buffer.Bytes;

    /// <summary>Adds an event.</summary>
    /// <param name="id">Its ID, unique in the stream.</param>
    /// <param name="encoded">Its bytes, which the buffer keeps and does not copy.</param>
    /// <exception cref="ArgumentException">The ID is empty: a client that saw only this event could not say so.</exception>
    public void Add(string id, ReadOnlyMemory<byte> encoded)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        lock (_lock)
        {
            long sequence = _buffer.Add(encoded).Sequence;
            _ids.Enqueue(id);
            _sequences[id] = sequence;
            while (_ids.Count > _buffer.Count)
            {
                Forget(_ids.Dequeue(), sequence - _ids.Count);
            }
        }
    }

    /// <summary>Gets what a client has missed.</summary>
    /// <param name="lastEventId">The ID it comes with; null or empty for a new client.</param>
    /// <param name="missed">The encoded events after it, in their order.</param>
    /// <returns>Whether that is all of it.</returns>
    public EventStreamReplay GetMissed(string? lastEventId, out IReadOnlyList<ReadOnlyMemory<byte>> missed)
    {
        missed = [];
        if (string.IsNullOrEmpty(lastEventId))
        {
            return EventStreamReplay.None;
        }

        lock (_lock)
        {
            return _sequences.TryGetValue(lastEventId, out long sequence)
                && _buffer.GetMissed(sequence, out missed) == ReplayAnswer.Complete
                ? EventStreamReplay.Complete
                : EventStreamReplay.Gone;
        }
    }

    /// <summary>An ID that came again belongs to the newer event.</summary>
    private void Forget(string id, long sequence)
    {
        if (_sequences[id] == sequence)
        {
            _sequences.Remove(id);
        }
    }
}
