using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.Testing;

/// <summary>Which edges some input has reached, and how often: once, twice, three times, or by powers of two, as AFL counts.</summary>
internal sealed unsafe class EdgeMap : IDisposable
{
    private static readonly byte[] Buckets = [.. Enumerable.Range(0, 256).Select(ToBucket)];

    private readonly byte* _hits = (byte*)NativeMemory.AllocZeroed(Coverage.MapSize);
    private readonly byte[] _seen = new byte[Coverage.MapSize];

    /// <summary>How many edges have been reached.</summary>
    public int Edges { get; private set; }

    /// <summary>The address that <see cref="Coverage.UseMap"/> wants.</summary>
    public nint Address => (nint)_hits;

    /// <summary>Forgets what ran since the last input: a try that is no input of the search.</summary>
    public void Clear() => NativeMemory.Clear(_hits, Coverage.MapSize);

    /// <summary>Adds what the input has reached, and clears the map of hits for the next one.</summary>
    /// <returns>Whether an edge is new, or was never taken as often.</returns>
    public bool Add()
    {
        bool isNew = false;
        for (int at = 0; at < Coverage.MapSize; at += Vector512<byte>.Count)
        {
            // In bounds: a vector begins at a multiple of its size, and the size of the map is such a multiple.
            if (Vector512.Load(_hits + at) != Vector512<byte>.Zero)
            {
                isNew |= AddVector(at);
                Vector512.Store(Vector512<byte>.Zero, _hits + at);
            }
        }

        return isNew;
    }

    public void Dispose()
    {
        // Counted on in the map that nobody looks at: woven code may still run.
        Coverage.UseMap((nint)NativeMemory.AllocZeroed(Coverage.MapSize));
        NativeMemory.Free(_hits);
    }

    private bool AddVector(int start)
    {
        bool isNew = false;
        for (int i = start; i < start + Vector512<byte>.Count; i++)
        {
            // In bounds: the vector that begins at the start lies in the map.
            byte bucket = Buckets[_hits[i]];
            if ((bucket & ~_seen[i]) != 0)
            {
                Edges += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= bucket;
                isNew = true;
            }
        }

        return isNew;
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
