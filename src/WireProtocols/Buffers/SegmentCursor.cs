using System.Buffers;

namespace WireProtocols.Buffers;

/// <summary>
/// A position in a <see cref="ReadOnlySequence{T}"/>: the hot path works on <see cref="Unread"/>, the contiguous rest of the current
/// segment, and touches the sequence only where segments meet.
/// </summary>
internal struct SegmentCursor
{
    private readonly ReadOnlySequence<byte> _sequence;
    private SequencePosition _segmentStart;
    private SequencePosition _nextSegment;
    private ReadOnlyMemory<byte> _segment;
    private int _index;

    public SegmentCursor(in ReadOnlySequence<byte> sequence)
    {
        _sequence = sequence;
        _nextSegment = sequence.Start;
        _segmentStart = sequence.Start;
        TryMoveToNextSegment();
    }

    /// <summary>The bytes of the current segment that have not been consumed.</summary>
    public readonly ReadOnlySpan<byte> Unread => _segment.Span[_index..];

    /// <summary>The memory behind <see cref="Unread"/>.</summary>
    public readonly ReadOnlyMemory<byte> UnreadMemory => _segment[_index..];

    /// <summary>Where the cursor stands in the sequence.</summary>
    public readonly SequencePosition Position => _sequence.GetPosition(_index, _segmentStart);

    /// <summary>Consumes <paramref name="count"/> bytes of <see cref="Unread"/>.</summary>
    public void Advance(int count) => _index += count;

    /// <summary>Goes to the next segment that holds bytes. The current one has to be consumed.</summary>
    /// <returns>False when there is none; <see cref="Unread"/> is then empty.</returns>
    public bool TryMoveToNextSegment()
    {
        while (true)
        {
            SequencePosition start = _nextSegment;
            if (!_sequence.TryGet(ref _nextSegment, out ReadOnlyMemory<byte> segment))
            {
                _segmentStart = _sequence.End;
                _segment = default;
                _index = 0;
                return false;
            }

            _segmentStart = start;
            _segment = segment;
            _index = 0;
            if (!segment.IsEmpty)
            {
                return true;
            }
        }
    }
}
