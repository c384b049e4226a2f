using System.Buffers;

namespace WireProtocols.Testing;

/// <summary>Multi-segment sequences, empty segments included.</summary>
public static class Segments
{
    public static ReadOnlySequence<byte> Create(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        Segment first = new(ReadOnlyMemory<byte>.Empty, 0);
        Segment last = first;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            last = last.Append(piece);
        }

        // The platform's reader over a sequence forgets which sequence it has when that is empty but has segments.
        return last.RunningIndex + last.Memory.Length == 0
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
