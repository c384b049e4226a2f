namespace WireProtocols.Transports;

/// <summary>
/// What has been written and not been sent, in the order of the writes. The writer alone writes behind the end; everything else is done under the
/// lock of whoever owns the queue.
/// </summary>
internal struct OutputQueue
{
    private OutputSegment? _head;
    private OutputSegment? _tail;
    private OutputSegment? _flushed;

    /// <summary>The room behind what has been written; empty where there is none.</summary>
    public readonly Memory<byte> Room => _tail is null ? default : _tail.Room;

    /// <summary>The same.</summary>
    public readonly Span<byte> RoomSpan => _tail is null ? default : _tail.RoomSpan;

    /// <summary>How much room that is.</summary>
    public readonly int RoomLength => _tail is null ? 0 : _tail.RoomLength;

    /// <summary>The writer has filled so much of the room.</summary>
    public readonly void Write(int count) => _tail!.Written += count;

    /// <summary>Adds room behind the end.</summary>
    public void Grow(int size)
    {
        OutputSegment segment = OutputSegment.Rent(size);
        if (_tail is null)
        {
            _head = segment;
        }
        else
        {
            _tail.Next = segment;
        }

        _tail = segment;
    }

    /// <summary>Lets all that has been written be sent.</summary>
    /// <returns>How much more that is.</returns>
    public long Publish()
    {
        long count = 0;
        for (OutputSegment? segment = _flushed ?? _head; segment is not null; segment = segment.Next)
        {
            count += segment.Written - segment.Flushed;
            segment.Flushed = segment.Written;
        }

        _flushed = _tail;
        return count;
    }

    /// <summary>The first bytes that may be sent and have not been. There are some.</summary>
    public ReadOnlySpan<byte> FirstToSend()
    {
        while (_head!.Sent == _head.Flushed)
        {
            RemoveFirst();
        }

        return _head.ToSend;
    }

    /// <summary>So many of the first bytes have been sent.</summary>
    public readonly void Consume(int count) => _head!.Sent += count;

    /// <summary>How much memory it holds.</summary>
    public readonly long Capacity
    {
        get
        {
            long sum = 0;
            for (OutputSegment? segment = _head; segment is not null; segment = segment.Next)
            {
                sum += segment.Capacity;
            }

            return sum;
        }
    }

    /// <summary>What is left of the first segment waits for longer: it moves to memory of its size, where it is much less than that. All that has
    /// been written may be sent, and nobody writes.</summary>
    public readonly void Trim() => _head?.Trim();

    /// <summary>Gives all memory back, whatever is in it.</summary>
    public void Clear()
    {
        while (_head is not null)
        {
            RemoveFirst();
        }
    }

    private void RemoveFirst()
    {
        OutputSegment head = _head!;
        _head = head.Next;
        if (_head is null)
        {
            _tail = null;
            _flushed = null;
        }

        head.Return();
    }
}
