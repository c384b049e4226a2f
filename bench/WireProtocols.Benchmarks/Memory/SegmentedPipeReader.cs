using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Benchmarks.Memory;

/// <summary>A pipe that holds the same bytes over and over, in segments of one size, so that reading from it costs nothing of its own.</summary>
internal sealed class SegmentedPipeReader : PipeReader
{
    private readonly ReadOnlySequence<byte> _bytes;
    private ReadOnlySequence<byte> _rest;

    public SegmentedPipeReader(ReadOnlyMemory<byte> bytes, int segmentSize)
    {
        Segment first = new(bytes[..Math.Min(segmentSize, bytes.Length)], null);
        Segment last = first;
        for (int at = segmentSize; at < bytes.Length; at += segmentSize)
        {
            last = new Segment(bytes[at..Math.Min(at + segmentSize, bytes.Length)], last);
        }

        _rest = _bytes = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty)
        {
            _rest = _bytes;
        }

        return new ValueTask<ReadResult>(new ReadResult(_rest, false, false));
    }

    public override bool TryRead(out ReadResult result)
    {
        result = new ReadResult(_rest, false, false);
        return !_rest.IsEmpty;
    }

    public override void AdvanceTo(SequencePosition consumed) => _rest = _rest.Slice(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

    public override void CancelPendingRead()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
