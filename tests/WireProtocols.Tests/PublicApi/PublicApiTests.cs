using WireProtocols.AspNetCore;
using WireProtocols.Conformance;
using WireProtocols.Conformance.Xunit;
using WireProtocols.MsQuic;
using WireProtocols.Nats;
using WireProtocols.Redis;
using WireProtocols.Tests.Harness;
using WireProtocols.Transports;

namespace WireProtocols.Tests.PublicApi;

/// <summary>What users see changes only on purpose. <c>WIREPROTOCOLS_UPDATE_SNAPSHOTS=1 dotnet test</c> rewrites the files.</summary>
public class PublicApiTests
{
    private static readonly string Folder = Repository.PathOf("tests", "WireProtocols.Tests", "PublicApi");

    [Fact]
    public void The_public_surface_is_what_the_snapshots_say()
    {
        Type[] packages =
        [
            typeof(WireProtocolException), typeof(TransportListener), typeof(ConformanceRunner), typeof(ConformanceCasesAttribute),
            typeof(FuzzTarget), typeof(MsQuicLibrary), typeof(WireDrain), typeof(RedisBackplane), typeof(NatsBackplane),
        ];
        Dictionary<string, string> actual = packages
            .SelectMany(t => PublicApiPrinter.Print(t.Assembly)).ToDictionary();
        if (Environment.GetEnvironmentVariable("WIREPROTOCOLS_UPDATE_SNAPSHOTS") == "1")
        {
            Update(actual);
        }

        string[] snapshots
            = [.. Directory.EnumerateFiles(Folder, "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(actual.Keys.Order(StringComparer.Ordinal), snapshots);
        foreach ((string name, string text) in actual)
        {
            Assert.Equal(File.ReadAllText(Path.Combine(Folder, name + ".txt")).ReplaceLineEndings("\n"), text);
        }
    }

    [Fact]
    public void The_printer_shows_signatures()
    {
        Assert.Equal(
            """
            sealed class SampleException<T> : Exception, IComparable<T>, ISerializable where T : Stream
                const int Limit = 3
                event EventHandler Changed
                int CompareTo(T other)
                int Size { get; init; }
                int? Last { get; }
                new(string name, bool quick = true)
                override string ToString()
                static bool TryTake<U>(in ReadOnlySpan<U> from, out List<T[]> taken, ref int count)
                static readonly byte[] Empty

            """.ReplaceLineEndings("\n"),
            PublicApiPrinter.Print(typeof(SampleException<>)));
        Assert.Equal("enum Letter : byte\n    A = 1\n    B = 2\n", PublicApiPrinter.Print(typeof(Letter)));
        Assert.Equal("delegate void Notify<T>(params T[] all)\n", PublicApiPrinter.Print(typeof(Notify<>)));
        Assert.Equal("readonly ref struct View\n    ReadOnlySpan<byte> Bytes { get; }\n", PublicApiPrinter.Print(typeof(View)));
    }

    private static void Update(IReadOnlyDictionary<string, string> actual)
    {
        foreach (string stale in Directory.EnumerateFiles(Folder, "*.txt"))
        {
            File.Delete(stale);
        }

        foreach ((string name, string text) in actual)
        {
            File.WriteAllText(Path.Combine(Folder, name + ".txt"), text);
        }
    }
}
