using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using WireProtocols.Buffers;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Fuzzing;

[Collection(Alone.Name)]
public sealed unsafe class WeaverTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wireprotocols-weaver").FullName;
    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(Coverage.MapSize);

    [Fact]
    public void A_woven_library_does_what_it_did_and_counts_what_ran()
    {
        string path = Copy();
        Assert.InRange(Weaver.Weave(path), 100, Coverage.MapSize);
        AssemblyLoadContext context = new("woven", isCollectible: true);
        MethodInfo getLength = context.LoadFromAssemblyPath(path)
            .GetType(typeof(QuicVarInt).FullName!, throwOnError: true)!
            .GetMethod(nameof(QuicVarInt.GetLength), [typeof(long)])!;

        Coverage.UseMap((nint)_map);
        int quiet = Counted();
        Assert.Equal(1, getLength.Invoke(null, [0L]));
        int one = Counted();
        Assert.Equal(4, getLength.Invoke(null, [1L << 20]));
        int both = Counted();
        context.Unload();

        Assert.Equal(0, quiet);
        Assert.True(one > 0, "a run is counted");
        Assert.True(both > one, "another path is counted apart");
    }

    [Fact]
    public void A_library_is_woven_once()
    {
        string path = Copy();
        Weaver.Weave(path);
        Assert.Throws<ArgumentException>("path", () => Weaver.Weave(path));
    }

    public void Dispose()
    {
        // The counters stay allocated: woven code of the first test may still hold their address.
        Directory.Delete(_folder, recursive: true);
    }

    private string Copy()
    {
        string path = Path.Combine(_folder, "WireProtocols.dll");
        File.Copy(typeof(QuicVarInt).Assembly.Location, path);
        return path;
    }

    /// <summary>How many edges ran.</summary>
    private int Counted()
    {
        int edges = 0;
        foreach (byte counter in new ReadOnlySpan<byte>(_map, Coverage.MapSize))
        {
            edges += counter == 0 ? 0 : 1;
        }

        return edges;
    }
}
