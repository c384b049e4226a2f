using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.Fuzz.Guided;

/// <summary>
/// AFL's map of edges: a counter for each pair of basic blocks that ran one after the other. <see cref="Weaver"/> puts a call of
/// <see cref="Hit"/> at the head of every basic block of the library.
/// </summary>
public static unsafe class Coverage
{
    /// <summary>The size of the map in bytes, AFL's default.</summary>
    public const int MapSize = 1 << 16;

    // Nobody looks at this one; it lets a woven library run without AFL.
    private static byte* _map = (byte*)NativeMemory.AllocZeroed(MapSize);
    private static int _previous;

    /// <summary>Counts the edge from the previous block to this one.</summary>
    /// <param name="block">0 to <see cref="MapSize"/> - 1, which the weaver sees to: it is all that keeps the store inside the map.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Hit(int block)
    {
        _map[block ^ _previous]++;
        _previous = block >> 1;
    }

    /// <summary>Counts in <paramref name="map"/>, of <see cref="MapSize"/> bytes, from now on.</summary>
    public static void UseMap(nint map) => _map = (byte*)map;

    /// <summary>A new input begins.</summary>
    public static void Restart() => _previous = 0;
}
