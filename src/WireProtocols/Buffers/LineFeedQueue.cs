using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.Buffers;

/// <summary>
/// Finds line feeds many at a time, ahead of whoever asks for the next one, and keeps their places from one call to the next: a look for one line
/// feed after the other would spend most of its time waiting, since where a look begins depends on what the last one found.
/// </summary>
internal struct LineFeedQueue
{
    private const int Capacity = 192;

    /// <summary>How far to look ahead at once, so that what was seen is still in the cache when it is read.</summary>
    private const int Window = 8 * 1024;

    // Offsets from _origin, a position in the input; everything before _seen has been looked at.
    private Offsets _offsets;
    private long _origin;
    private long _seen;
    private int _next;
    private int _count;

    /// <summary>Forgets everything.</summary>
    public void Reset() => this = default;

    /// <summary>The index in <paramref name="source"/> of its first line feed, or -1.</summary>
    /// <param name="source">The input from <paramref name="position"/> on, as far as it is there. Every byte of the input stays what it was.</param>
    /// <param name="position">The position of its first byte in the input; never smaller than before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(ReadOnlySpan<byte> source, long position)
    {
        if (_next < _count)
        {
            long index = _origin + _offsets[_next] - position;
            if ((ulong)index < (ulong)source.Length)
            {
                return (int)index;
            }
        }

        return Find(source, position);
    }

    /// <summary>Goes behind the line feed that was found last. Who does not call it loses nothing but time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pass() => _next++;

    private int Find(ReadOnlySpan<byte> source, long position)
    {
        while (true)
        {
            while (_next < _count)
            {
                long index = _origin + _offsets[_next] - position;
                if (index >= 0)
                {
                    return index < source.Length ? (int)index : -1;
                }

                _next++;
            }

            long unseen = Math.Max(0, _seen - position);
            if (unseen >= source.Length)
            {
                return -1;
            }

            Scan(source[(int)unseen..], position + unseen);
        }
    }

    private void Scan(ReadOnlySpan<byte> source, long position)
    {
        Span<int> offsets = _offsets;
        int count = 0;
        int at = 0;
        while (count == 0 && source.Length - at >= LineBlock.Size)
        {
            // A window, and only one, unless there is nothing in it.
            at = ScanBlocks(source[..Math.Min(source.Length, at + Window)], at, offsets, ref count);
        }

        if (source.Length - at < LineBlock.Size)
        {
            for (ulong tail = LineBlock.OfTail<LineFeedAlone>(source, at, out _); tail != 0; tail &= tail - 1)
            {
                offsets[count++] = at + BitOperations.TrailingZeroCount(tail);
            }

            at = source.Length;
        }

        (_origin, _seen, _next, _count) = (position, position + at, 0, count);
    }

    /// <returns>Where it stopped: behind the last whole block, or where another block might not fit.</returns>
    private static int ScanBlocks(ReadOnlySpan<byte> source, int at, Span<int> offsets, ref int count)
    {
        ref byte start = ref MemoryMarshal.GetReference(source);
        int found = count;
        while (at <= source.Length - LineBlock.Size && found < Capacity - (2 * LineBlock.Size))
        {
            // In bounds: the loop's condition leaves 64 bytes from at on.
            ulong mask = LineBlock.Of<LineFeedAlone>(ref Unsafe.Add(ref start, at));

            // Most blocks hold one or none. Writing the first without asking leaves the processor nothing to guess wrong; there is room for it, since
            // the scan stops two blocks before the end of the queue.
            offsets[found] = at + BitOperations.TrailingZeroCount(mask);
            ulong others = mask & (mask - 1);
            for (int next = found + 1; others != 0; next++, others &= others - 1)
            {
                offsets[next] = at + BitOperations.TrailingZeroCount(others);
            }

            found += BitOperations.PopCount(mask);
            at += LineBlock.Size;
        }

        count = found;
        return at;
    }

    [InlineArray(Capacity)]
    private struct Offsets
    {
        private int _first;
    }
}
