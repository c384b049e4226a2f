using System.Buffers.Binary;
using System.Diagnostics;

namespace WireProtocols.WebSockets;

/// <summary>
/// Reads a DEFLATE stream bit by bit, "starting with the least-significant bit of the byte" (RFC 1951 §3.1.1). Bits that were taken from the source
/// and not used are kept from one source to the next.
/// </summary>
/// <param name="source">The bytes that follow the kept bits.</param>
/// <param name="kept">The kept bits, the next one lowest.</param>
/// <param name="count">How many they are; fewer than 57.</param>
internal ref struct DeflateBits(ReadOnlySpan<byte> source, ulong kept, int count)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private ulong _bits = kept;

    /// <summary>How many bits are there to be read without another look at the source.</summary>
    public int Count { get; private set; } = count;

    /// <summary>How many bytes of the source have been taken.</summary>
    public int Index { get; private set; }

    /// <summary>The bits that are there, the next one lowest; none behind them.</summary>
    public readonly ulong Kept => _bits & ((1UL << Count) - 1);

    /// <summary>
    /// Where the reader stands in the bits that it has taken: set back, those used since are read again. Nothing may be taken in between.
    /// </summary>
    public (ulong Bits, int Count) Mark
    {
        readonly get => (_bits, Count);
        set => (_bits, Count) = value;
    }

    /// <summary>The bytes that have not been taken.</summary>
    public readonly ReadOnlySpan<byte> Rest => _source[Index..];

    /// <summary>Takes whole bytes from the source until at least 56 bits are there, or the source is used up.</summary>
    public void Fill()
    {
        if (_source.Length - Index >= sizeof(ulong))
        {
            // The bits above Count are those of the byte at Index. They are set again, to what they are, when that byte is taken.
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_source[Index..]) << Count;
            Index += (63 - Count) >> 3;
            Count |= 56;
            return;
        }

        _bits = Kept;
        while (Count < 56 && Index < _source.Length)
        {
            _bits |= (ulong)_source[Index++] << Count;
            Count += 8;
        }
    }

    /// <summary>Whether this many bits are there, at most 56.</summary>
    public bool Has(int count)
    {
        if (Count < count)
        {
            Fill();
        }

        return Count >= count;
    }

    /// <summary>The next bits, the first one lowest. Those that are not there are 0.</summary>
    public readonly int Peek(int count) => (int)(_bits & ((1UL << count) - 1));

    /// <summary>Uses bits that are there up.</summary>
    public void Drop(int count)
    {
        Debug.Assert(count <= Count);
        _bits >>= count;
        Count -= count;
    }

    /// <summary>Uses bits that are there up.</summary>
    /// <returns>The bits, the first one lowest.</returns>
    public int Take(int count)
    {
        int value = Peek(count);
        Drop(count);
        return value;
    }

    /// <summary>Drops what is left of a byte that has been begun.</summary>
    public void Align() => Drop(Count & 7);

    /// <summary>Takes bytes of the source that <see cref="Rest"/> showed. No bits may be there.</summary>
    public void Advance(int length)
    {
        Debug.Assert(Count == 0);
        _bits = 0;
        Index += length;
    }

    /// <summary>Gives whole bytes that are not used back to the source, as far as they came from it.</summary>
    public void GiveBack()
    {
        int bytes = Math.Min(Count >> 3, Index);
        Index -= bytes;
        Count -= 8 * bytes;
    }
}
