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
    private readonly Queue<(string Id, ReadOnlyMemory<byte> Encoded)> _events = new();
    private readonly Dictionary<string, long> _positions = new(StringComparer.Ordinal);
    private readonly int _maxEvents;
    private readonly long _maxBytes;
    private long _first;
    private long _bytes;

    /// <param name="maxEvents">The most events that are kept; 0 keeps none.</param>
    /// <param name="maxBytes">The most bytes that they may have together.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is negative.</exception>
    public EventStreamReplayBuffer(int maxEvents, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxEvents);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        _maxEvents = maxEvents;
        _maxBytes = maxBytes;
    }

    /// <summary>How many events are kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _events.Count;
            }
        }
    }

    /// <summary>How many bytes they have.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Adds an event.</summary>
    /// <param name="id">Its ID, unique in the stream.</param>
    /// <param name="encoded">Its bytes, which the buffer keeps and does not copy.</param>
    /// <exception cref="ArgumentException">The ID is empty: a client that saw only this event could not say so.</exception>
    public void Add(string id, ReadOnlyMemory<byte> encoded)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        lock (_lock)
        {
            _positions[id] = _first + _events.Count;
            _events.Enqueue((id, encoded));
            _bytes += encoded.Length;
            while (_events.Count > _maxEvents || _bytes > _maxBytes)
            {
                RemoveFirst();
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
            if (!_positions.TryGetValue(lastEventId, out long position))
            {
                return EventStreamReplay.Gone;
            }

            missed = [.. _events.Skip((int)(position - _first) + 1).Select(e => e.Encoded)];
            return EventStreamReplay.Complete;
        }
    }

    private void RemoveFirst()
    {
        (string id, ReadOnlyMemory<byte> encoded) = _events.Dequeue();
        _bytes -= encoded.Length;
        if (_positions[id] == _first)
        {
            // Otherwise the same ID came again.
            _positions.Remove(id);
        }

        _first++;
    }
}
