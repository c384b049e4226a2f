using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.Buffers;

/// <summary>
/// A position in a <see cref="ReadOnlySequence{T}"/>: the hot path works on <see cref="Unread"/>, the contiguous rest of the current
/// segment, and touches the sequence only where segments meet.
/// </summary>
internal struct SegmentCursor
{
    private readonly ReadOnlySequence<byte> _sequence;
    private SequencePosition _segmentStart;

    // Nearly every segment is an array; going to it directly spares each look at Unread the questions that a memory asks of its owner.
    private byte[]? _array;
    private int _arrayStart;
    private int _index;
    private int _end;

    public SegmentCursor(in ReadOnlySequence<byte> sequence)
    {
        _sequence = sequence;
        TryEnterFrom(sequence.Start);
    }

    /// <summary>The bytes of the current segment that have not been consumed.</summary>
    public readonly ReadOnlySpan<byte> Unread
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            // In bounds: Enter took both ends from an array segment, and Advance never leaves them.
            Debug.Assert(_index <= _end);
            return _array is { } array
                ? MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), _index), _end - _index)
                : Segment.Span[_index..];
        }
    }

    /// <summary>The memory behind <see cref="Unread"/>.</summary>
    public readonly ReadOnlyMemory<byte> UnreadMemory
        => _array is { } array ? new ReadOnlyMemory<byte>(array, _index, _end - _index) : Segment[_index..];

    /// <summary>Where the cursor stands in the sequence.</summary>
    public readonly SequencePosition Position => _sequence.GetPosition(_index - _arrayStart, _segmentStart);

    /// <summary>The current segment, which has to be asked for where it is no array.</summary>
    private readonly ReadOnlyMemory<byte> Segment
    {
        get
        {
            SequencePosition start = _segmentStart;
            _sequence.TryGet(ref start, out ReadOnlyMemory<byte> segment);
            return segment;
        }
    }

    /// <summary>Consumes <paramref name="count"/> bytes of <see cref="Unread"/>.</summary>
    public void Advance(int count)
    {
        Debug.Assert((uint)count <= (uint)(_end - _index));
        _index += count;
    }

    /// <summary>Goes to the next segment that holds bytes. The current one has to be consumed.</summary>
    /// <returns>False when there is none; <see cref="Unread"/> is then empty.</returns>
    public bool TryMoveToNextSegment()
    {
        SequencePosition next = _segmentStart;
        if (next.GetObject() is ReadOnlySequenceSegment<byte> { Next: { } following } segment && segment != _sequence.End.GetObject())
        {
            // The way of the sequence itself asks of what kind its segments are, at each of them.
            next = new SequencePosition(following, 0);
            if (following != _sequence.End.GetObject() && !following.Memory.IsEmpty)
            {
                Enter(following.Memory, next);
                return true;
            }
        }
        else
        {
            _sequence.TryGet(ref next, out _);
        }

        return TryEnterFrom(next);
    }

    private bool TryEnterFrom(SequencePosition start)
    {
        SequencePosition next = start;
        while (_sequence.TryGet(ref next, out ReadOnlyMemory<byte> segment))
        {
            if (!segment.IsEmpty)
            {
                Enter(segment, start);
                return true;
            }

            start = next;
        }

        Enter(default, _sequence.End);
        return false;
    }

    private void Enter(ReadOnlyMemory<byte> segment, SequencePosition start)
    {
        _segmentStart = start;
        bool isArray = MemoryMarshal.TryGetArray(segment, out ArraySegment<byte> array);
        _array = isArray ? array.Array : null;
        _arrayStart = isArray ? array.Offset : 0;
        _index = _arrayStart;
        _end = _arrayStart + segment.Length;
    }
}
