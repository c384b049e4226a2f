using System.Reflection;
using System.Runtime.Loader;
using WireProtocols.Tests.Harness;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>What a peer sends takes work that grows with it, and no faster: basic blocks of a woven library are counted.</summary>
[Collection(Alone.Name)]
public sealed class SctpGrowthTests : IDisposable
{
    private const int Few = 500;
    private const double MostGrowth = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("wireprotocols-growth").FullName;

    [Theory]
    [InlineData(nameof(SctpWork.SkipBelowMessages))]
    [InlineData(nameof(SctpWork.SkipBelowFragments))]
    [InlineData(nameof(SctpWork.SkipBelowNumbers))]
    [InlineData(nameof(SctpWork.OverlappingGaps))]
    [InlineData(nameof(SctpWork.AskAmongTimed))]
    [InlineData(nameof(SctpWork.GiveUp))]
    public void Twice_as_much_takes_about_twice_the_work(string what)
    {
        string path = Path.Combine(_folder, "WireProtocols.dll");
        File.Copy(typeof(SctpPacket).Assembly.Location, path);
        Weaver.Weave(path);
        WovenContext context = new(path);
        MethodInfo work = context.LoadFromAssemblyPath(typeof(SctpWork).Assembly.Location)
            .GetType(typeof(SctpWork).FullName!, throwOnError: true)!
            .GetMethod(what)!;
        long[] steps = [.. new[] { Few, 2 * Few, 4 * Few }.Select(count => (long)work.Invoke(null, [count])!)];
        context.Unload();
        Assert.True(steps[0] >= Few, $"{steps[0]} blocks for {Few}");
        Assert.True(steps[2] - steps[1] < MostGrowth * (steps[1] - steps[0]), $"the work grows too fast: {string.Join(", ", steps)} blocks");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Has the woven library, and these tests on top of it.</summary>
    private sealed class WovenContext(string path) : AssemblyLoadContext("woven", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
            => assemblyName.Name == Path.GetFileNameWithoutExtension(path) ? LoadFromAssemblyPath(path) : null;
    }
}
