using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.Testing;

/// <summary>Which edges some input has reached, and how often: once, twice, three times, or by powers of two, as AFL counts.</summary>
/// <remarks>Only those lines of the map are looked at that <see cref="Coverage"/> has counted in: an input touches few of them.</remarks>
internal sealed unsafe class EdgeMap : IDisposable
{
    private const int LineSize = Coverage.LineSize;

    private static readonly byte[] Buckets = [.. Enumerable.Range(0, 256).Select(ToBucket)];

    private readonly byte* _hits = (byte*)NativeMemory.AlignedAlloc(Coverage.MapSize, LineSize);
    private readonly byte[] _seen = new byte[Coverage.MapSize];
    private readonly List<(int Edge, byte Bucket)> _fresh = [];

    public EdgeMap() => NativeMemory.Clear(_hits, Coverage.MapSize);

    /// <summary>How many edges have been reached.</summary>
    public int Edges { get; private set; }

    /// <summary>Counts what runs from now on.</summary>
    public void Use()
    {
        Coverage.UseMap((nint)_hits);
        NativeMemory.Clear(Coverage.Lines, Coverage.LineCount);
    }

    /// <summary>Forgets what ran since the last input: a try that is no input of the search.</summary>
    public void Clear() => TakeLines(adds: false);

    /// <summary>Adds what the input has reached, and clears the map of hits for the next one.</summary>
    /// <returns>Whether an edge is new, or was never taken as often.</returns>
    public bool Add()
    {
        _fresh.Clear();
        TakeLines(adds: true);
        return _fresh.Count > 0;
    }

    /// <summary>Whether this input reaches all that was new when the last one was added; clears the map of hits.</summary>
    public bool ReachesTheSame()
    {
        bool reaches = true;
        foreach ((int edge, byte bucket) in _fresh)
        {
            // In bounds: an edge is less than the size of the map.
            reaches &= Buckets[_hits[edge]] == bucket;
        }

        Clear();
        return reaches;
    }

    public void Dispose()
    {
        // Counted on in the map that nobody looks at: woven code may still run.
        Coverage.UseMap((nint)NativeMemory.AllocZeroed(Coverage.MapSize));
        NativeMemory.AlignedFree(_hits);
    }

    private void TakeLines(bool adds)
    {
        for (int first = 0; first < Coverage.LineCount; first += LineSize)
        {
            // In bounds: there are as many flags as a multiple of the vector's size.
            for (ulong flags = Take(Coverage.Lines + first); flags != 0; flags &= flags - 1)
            {
                int start = (first + BitOperations.TrailingZeroCount(flags)) * LineSize;
                if (adds)
                {
                    AddLine(start);
                }

                // In bounds: a line begins at a multiple of its size, which is the vector's, and ends in the map.
                Vector512.Store(Vector512<byte>.Zero, _hits + start);
            }
        }
    }

    private void AddLine(int start)
    {
        // In bounds: as above.
        for (ulong counted = NonZero(_hits + start); counted != 0; counted &= counted - 1)
        {
            int edge = start + BitOperations.TrailingZeroCount(counted);
            byte bucket = Buckets[_hits[edge]];
            if ((bucket & ~_seen[edge]) != 0)
            {
                Edges += _seen[edge] == 0 ? 1 : 0;
                _seen[edge] |= bucket;
                _fresh.Add((edge, bucket));
            }
        }
    }

    /// <summary>Which of 64 flags are set; clears them.</summary>
    private static ulong Take(byte* flags)
    {
        ulong set = NonZero(flags);
        if (set != 0)
        {
            // In bounds: the caller has 64 bytes.
            Vector512.Store(Vector512<byte>.Zero, flags);
        }

        return set;
    }

    /// <summary>A bit for each of 64 bytes that is not zero.</summary>
    private static ulong NonZero(byte* bytes)
    {
        // In bounds: the caller has 64 bytes.
        return ~Vector512.Equals(Vector512.Load(bytes), Vector512<byte>.Zero).ExtractMostSignificantBits();
    }

    private static byte ToBucket(int count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
