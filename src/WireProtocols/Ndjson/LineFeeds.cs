using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.Ndjson;

/// <summary>
/// Finds line feeds many at a time, ahead of the records: a look for one line feed after the other would spend most of its time waiting, since
/// where a look begins depends on what the last one found.
/// </summary>
internal struct LineFeeds
{
    private const int Capacity = 128;
    private const int BlockSize = 64;

    /// <summary>How far to look ahead of the first line feed, so that what was seen is still in the cache when it is read.</summary>
    private const int LookAhead = 8 * 1024;

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
        int end = source.Length;
        if (Vector512.IsHardwareAccelerated || Vector256.IsHardwareAccelerated)
        {
            ref byte start = ref MemoryMarshal.GetReference(source);
            for (; at <= source.Length - BlockSize && at < end; at += BlockSize)
            {
                ulong mask = MaskOfBlock(ref Unsafe.Add(ref start, at));
                if (mask == 0)
                {
                    continue;
                }

                end = count == 0 ? Math.Min(end, at + LookAhead) : end;
                count = Append(offsets, count, at, mask);
                if (count > Capacity - BlockSize)
                {
                    at += BlockSize;
                    break;
                }
            }
        }

        if (count == 0 || at > source.Length - BlockSize)
        {
            for (; at < source.Length && count < Capacity; at++)
            {
                if (source[at] == '\n')
                {
                    offsets[count++] = at;
                }
            }
        }

        (_origin, _seen, _next, _count) = (position, position + at, 0, count);
    }

    private static ulong MaskOfBlock(ref byte start)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Vector512.Equals(Vector512.LoadUnsafe(ref start), Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
        }

        Vector256<byte> lineFeed = Vector256.Create((byte)'\n');
        uint low = Vector256.Equals(Vector256.LoadUnsafe(ref start), lineFeed).ExtractMostSignificantBits();
        uint high = Vector256.Equals(Vector256.LoadUnsafe(ref start, 32), lineFeed).ExtractMostSignificantBits();
        return low | ((ulong)high << 32);
    }

    private static int Append(Span<int> offsets, int count, int at, ulong mask)
    {
        do
        {
            offsets[count++] = at + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
        }
        while (mask != 0);
        return count;
    }

    [InlineArray(Capacity)]
    private struct Offsets
    {
        private int _first;
    }
}
