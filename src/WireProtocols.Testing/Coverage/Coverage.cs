using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.Testing;

/// <summary>
/// AFL's map of edges, a counter for each pair of basic blocks that ran one after the other, and how many blocks ran in all.
/// <see cref="Weaver"/> puts a call of <see cref="Hit"/> at the head of every basic block of a library.
/// </summary>
/// <remarks>It counts for one input at a time, on whatever threads the library runs; an edge is of one thread.</remarks>
public static unsafe class Coverage
{
    /// <summary>The size of the map in bytes, AFL's default.</summary>
    public const int MapSize = 1 << 16;

    /// <summary>How many counters of the map are told apart by one flag: a vector of them.</summary>
    internal const int LineSize = 64;

    /// <summary>The number of flags.</summary>
    internal const int LineCount = MapSize / LineSize;

    // Which lines of the map were counted in. Whoever looks at a map looks at those alone, and clears their flags.
    private static readonly byte* Flags = (byte*)NativeMemory.AllocZeroed(LineCount);

    // Nobody looks at this one; it lets a woven library run without a search.
    private static byte* _map = (byte*)NativeMemory.AllocZeroed(MapSize);

    [ThreadStatic]
    private static int _previous;

    private static long _steps;
    private static long _maxSteps = long.MaxValue;

    /// <summary>How many basic blocks have run for this input.</summary>
    public static long Steps => _steps;

    /// <summary>A flag for each line of the map: 1 where it was counted in since the flag was cleared.</summary>
    internal static byte* Lines => Flags;

    /// <summary>Counts the edge from the previous block to this one.</summary>
    /// <param name="block">0 to <see cref="MapSize"/> - 1, which the weaver sees to.</param>
    /// <exception cref="FuzzHangException">The input takes more blocks than it may.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Hit(int block)
    {
        // In bounds: both are less than the size of the map, a power of two, and so is what their bits make together; its line is one of the map's.
        int edge = block ^ _previous;
        _map[edge]++;
        Flags[edge / LineSize] = 1;
        _previous = block >> 1;
        if (++_steps > _maxSteps)
        {
            throw new FuzzHangException(_maxSteps);
        }
    }

    /// <summary>Counts in <paramref name="map"/>, of <see cref="MapSize"/> bytes, from now on.</summary>
    public static void UseMap(nint map) => _map = (byte*)map;

    /// <summary>A new input begins.</summary>
    /// <param name="maxSteps">How many blocks it may take.</param>
    public static void Restart(long maxSteps = long.MaxValue)
    {
        _previous = 0;
        _steps = 0;
        _maxSteps = maxSteps;
    }
}
