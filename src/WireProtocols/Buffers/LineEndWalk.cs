using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.Buffers;

/// <summary>
/// Walks the CRs and LFs of one source in their order, a block of <see cref="LineBlock"/> at a time and no further than it is asked to: a block of
/// short lines costs one scan and not a call a line.
/// </summary>
internal ref struct LineEndWalk
{
    private readonly ReadOnlySpan<byte> _source;
    private ulong _ends;
    private int _block;
    private int _next;

    /// <param name="source">The bytes to look at.</param>
    /// <param name="start">Where to begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LineEndWalk(ReadOnlySpan<byte> source, int start)
    {
        _source = source;
        _next = start;
    }

    /// <summary>Not zero when a byte that is not ASCII may lie between the start and the last line end found.</summary>
    public ulong NonAscii { get; private set; }

    /// <summary>Finds the next CR or LF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(out int index)
    {
        ulong ends = _ends;
        if (ends == 0)
        {
            return TryNextBlock(out index);
        }

        index = _block + BitOperations.TrailingZeroCount(ends);
        _ends = ends & (ends - 1);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryNextBlock(out int index)
    {
        int next = _next;
        ulong ends = 0;
        ulong nonAscii = NonAscii;
        while (_source.Length - next >= LineBlock.Size)
        {
            // In bounds: the loop's condition leaves 64 bytes from next on.
            ends = LineBlock.Of<CarriageReturnOrLineFeed>(ref Unsafe.Add(ref MemoryMarshal.GetReference(_source), next), out ulong high);
            nonAscii |= high;
            next += LineBlock.Size;
            if (ends != 0)
            {
                goto Found;
            }
        }

        ends = LineBlock.OfTail<CarriageReturnOrLineFeed>(_source, next, out ulong tailHigh);
        nonAscii |= tailHigh;
        next += LineBlock.Size;
        if (ends == 0)
        {
            NonAscii = nonAscii;
            _next = _source.Length;
            index = _source.Length;
            return false;
        }

    Found:
        NonAscii = nonAscii;
        _block = next - LineBlock.Size;
        _next = Math.Min(next, _source.Length);
        index = _block + BitOperations.TrailingZeroCount(ends);
        _ends = ends & (ends - 1);
        return true;
    }
}
