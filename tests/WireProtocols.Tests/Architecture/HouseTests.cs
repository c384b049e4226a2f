using System.Globalization;
using Mono.Cecil;
using WireProtocols.AspNetCore;
using WireProtocols.Conformance;
using WireProtocols.MsQuic;
using WireProtocols.Nats;
using WireProtocols.Redis;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Architecture;

/// <summary>
/// The house: where each type stands, whom it may know, how large it may be, what it may be called. An exception is one line here, with its
/// reason. That every rule can fail is seen in <see cref="HouseSampleTests"/>. The figures are printed: run with <c>-showLiveOutput</c>.
/// </summary>
public class HouseTests(ITestOutputHelper output)
{
    private const string LibraryRoot = "src/WireProtocols";
    private const string ToolRoot = "src/WireProtocols.Cli";
    private const string TransportsRoot = "src/WireProtocols.Transports";
    private const string MsQuicRoot = "src/WireProtocols.MsQuic";
    private const string AspNetCoreRoot = "src/WireProtocols.AspNetCore";
    private const string RedisRoot = "src/WireProtocols.Redis";
    private const string NatsRoot = "src/WireProtocols.Nats";
    private const string ExaminerRoot = "src/WireProtocols.Conformance";
    private const string TestingRoot = "src/WireProtocols.Testing";

    /// <summary>The folders of the library and what each may know, from the ground up. What stands below a folder's line it knows too.</summary>
    private static readonly Floors Library = new(
        ("", []),
        ("Buffers", [""]),
        ("Backplane", ["Buffers"]),
        ("Http1/Heads", ["Buffers"]),
        ("Http1/Bodies", ["Http1/Heads"]),
        ("Http1/Connection", ["Http1/Bodies"]),
        ("WebSockets/Frames", ["Buffers"]),
        ("WebSockets/Compression", ["WebSockets/Frames"]),
        ("WebSockets/Messages", ["WebSockets/Compression"]),
        ("WebSockets/Handshake", ["WebSockets/Compression", "Http1/Heads"]),
        ("WebSockets/Connection", ["WebSockets/Handshake", "WebSockets/Messages", "Http1/Connection"]),
        ("WebSockets/Broadcast", ["WebSockets/Connection", "Backplane"]),
        ("Resume/Replay", ["Buffers"]),
        ("Resume/Backoff", ["Buffers"]),
        ("Resume/Frames", ["Buffers"]),
        ("ServerSentEvents/Events", ["Buffers"]),
        ("ServerSentEvents/Client", ["ServerSentEvents/Events", "Resume/Backoff"]),
        ("ServerSentEvents/Broadcast", ["ServerSentEvents/Events", "Resume/Replay", "Backplane"]),
        ("Resume/Session", ["Resume/Replay", "Resume/Backoff", "Resume/Frames"]),
        ("Resume/Connection", ["Resume/Session", "WebSockets/Connection", "ServerSentEvents/Client"]),
        ("Ndjson", ["Buffers"]),
        ("JsonRpc", ["Ndjson"]),
        ("ProxyProtocol", ["Buffers"]),
        ("Rpc/Metadata", ["Buffers"]),
        ("Rpc/Envelopes", ["Rpc/Metadata"]),
        ("Rpc/Text", ["Rpc/Envelopes"]),
        ("Rpc/Calls", ["Rpc/Text"]),
        ("EventStreams", ["Buffers"]),
        ("WebRtc/Stun", ["Buffers"]),
        ("WebRtc/Dcep", ["Buffers"]),
        ("WebRtc/Sctp", ["Buffers"]),
        ("Multipart", ["Buffers"]),
        ("WebRtc/Association", ["WebRtc/Sctp", "WebRtc/Dcep"]),
        ("WebTransport/Quic", ["Buffers"]),
        ("WebTransport/Capsules", ["Buffers"]),
        ("WebTransport/Http3", ["WebTransport/Capsules"]),
        ("WebTransport/Handshake", ["WebTransport/Http3"]),
        ("WebTransport/Session", ["WebTransport/Handshake", "WebTransport/Quic"]),
        ("WebTransport/Carriers", ["WebTransport/Session"]));

    /// <summary>The folders of the tool: no verb knows another.</summary>
    private static readonly Floors Tool = new(
        ("Common", []),
        ("IO", ["Common"]),
        ("View", ["IO"]),
        ("Formats", ["View"]),
        ("Traffic", ["Formats"]),
        ("Capture", ["Traffic"]),
        ("Decode", ["Capture"]),
        ("Encode", ["IO"]),
        ("Connect", ["Traffic"]),
        ("Tap", ["Traffic"]),
        ("Conform", ["View"]),
        ("Fuzz", ["View"]),
        ("Stun", ["IO"]),
        ("Manual", ["IO"]),
        ("Serve/Watch", ["IO"]),
        ("Serve/WebTransport", ["Serve/Watch"]),
        ("Serve/Misbehave", ["IO"]),
        ("Serve", ["Serve/Watch", "Serve/Misbehave", "Serve/WebTransport"]),
        ("", ["Decode", "Encode", "Connect", "Tap", "Conform", "Fuzz", "Stun", "Manual", "Serve"]));

    /// <summary>The folders of the examiner: the engine knows no protocol.</summary>
    private static readonly Floors Examiner = new(
        ("Engine", []),
        ("Engine/Clients", ["Engine"]),
        ("WebSockets", ["Engine"]),
        ("WebSockets/Clients", ["WebSockets", "Engine/Clients"]),
        ("Fuzzing", ["WebSockets"]),
        ("Http1/Servers", ["Engine"]),
        ("Http1/Clients", ["Http1/Servers", "Engine/Clients"]),
        ("ServerSentEvents/Servers", ["Engine"]),
        ("ServerSentEvents/Clients", ["Engine/Clients"]),
        ("WebTransport", ["Engine/Clients"]),
        ("Peers", ["Engine"]),
        ("", ["WebSockets/Clients", "Http1/Clients", "ServerSentEvents/Servers", "ServerSentEvents/Clients", "WebTransport", "Peers"]));

    /// <summary>The folders of the transports.</summary>
    private static readonly Floors Transports = new(
        ("Linux", []),
        ("EventLoops", ["Linux"]),
        ("Listening", ["EventLoops"]));

    /// <summary>The folders of the carrier on msquic.</summary>
    private static readonly Floors MsQuic = new(
        ("Native", []),
        ("Options", []),
        ("Connections", ["Native", "Options"]),
        ("", ["Connections"]));

    /// <summary>The folders of the endpoints for ASP.NET Core.</summary>
    private static readonly Floors AspNetCore = new(
        ("Client", []),
        ("Hosting", []),
        ("Requests", []),
        ("Results", ["Hosting"]),
        ("WebSockets", ["Hosting"]));

    /// <summary>The backplanes have no folders.</summary>
    private static readonly Floors Backplanes = new(("", []));

    /// <summary>The folders of what other people's codecs are tested with.</summary>
    private static readonly Floors Testing = new(
        ("Coverage", []),
        ("Timing", []),
        ("Schedules", []),
        ("Segmentation", []),
        ("Mutation", ["Coverage"]),
        ("Fuzzing", ["Mutation"]),
        ("Formats", ["Fuzzing"]));

    private static readonly Exceptions Upward = new();

    private static readonly Exceptions Circular = new();

    private static readonly Exceptions Large = new();

    private static readonly Exceptions OddlyNamed = new();

    private static readonly Exceptions Unproved = new();

    private static readonly Exceptions Private = new();

    private static readonly Exceptions Long = new();

    [Fact]
    public void Arrows_between_folders_go_down()
    {
        using ModuleDefinition library = Read(typeof(WireProtocolException));
        using ModuleDefinition tool = Read(typeof(ExitStatus));
        using ModuleDefinition transports = Read(typeof(TransportListener));
        using ModuleDefinition examiner = Read(typeof(ConformanceRunner));
        using ModuleDefinition msquic = Read(typeof(MsQuicLibrary));
        using ModuleDefinition aspNetCore = Read(typeof(WireDrain));
        using ModuleDefinition redis = Read(typeof(RedisBackplane));
        using ModuleDefinition nats = Read(typeof(NatsBackplane));
        using ModuleDefinition testing = Read(typeof(FuzzTarget));
        string[] breaches =
        [
            .. Show("library", Library, library, LibraryRoot),
            .. Show("tool", Tool, tool, ToolRoot),
            .. Show("transports", Transports, transports, TransportsRoot),
            .. Show("msquic", MsQuic, msquic, MsQuicRoot),
            .. Show("aspnetcore", AspNetCore, aspNetCore, AspNetCoreRoot),
            .. Show("redis", Backplanes, redis, RedisRoot),
            .. Show("nats", Backplanes, nats, NatsRoot),
            .. Show("examiner", Examiner, examiner, ExaminerRoot),
            .. Show("testing", Testing, testing, TestingRoot),
        ];
        Print(breaches);
        Assert.Empty(Upward.Apply(breaches));
    }

    [Fact]
    public void Every_type_has_a_folder_and_its_namespace()
    {
        using ModuleDefinition library = Read(typeof(WireProtocolException));
        using ModuleDefinition tool = Read(typeof(ExitStatus));
        Assert.Empty(Library.Homeless(TypeGraph.Of(library, "WireProtocols"), Folders(LibraryRoot)));
        Assert.Empty(Tool.Homeless(TypeGraph.Of(tool, "WireProtocols.Cli"), Folders(ToolRoot)));
        using ModuleDefinition transports = Read(typeof(TransportListener));
        Assert.Empty(Transports.Homeless(TypeGraph.Of(transports, "WireProtocols.Transports"), Folders(TransportsRoot)));
        Assert.All(Folders(TransportsRoot), t => Assert.Equal("WireProtocols.Transports", Space(t.Key)));
        using ModuleDefinition examiner = Read(typeof(ConformanceRunner));
        using ModuleDefinition msquic = Read(typeof(MsQuicLibrary));
        using ModuleDefinition aspNetCore = Read(typeof(WireDrain));
        Assert.Empty(MsQuic.Homeless(TypeGraph.Of(msquic, "WireProtocols.MsQuic"), Folders(MsQuicRoot)));
        Assert.All(Folders(MsQuicRoot), t => Assert.Equal("WireProtocols.MsQuic", Space(t.Key)));
        Assert.Empty(AspNetCore.Homeless(TypeGraph.Of(aspNetCore, "WireProtocols.AspNetCore"), Folders(AspNetCoreRoot)));
        using ModuleDefinition redis = Read(typeof(RedisBackplane));
        using ModuleDefinition nats = Read(typeof(NatsBackplane));
        Assert.Empty(Backplanes.Homeless(TypeGraph.Of(redis, "WireProtocols.Redis"), Folders(RedisRoot)));
        Assert.Empty(Backplanes.Homeless(TypeGraph.Of(nats, "WireProtocols.Nats"), Folders(NatsRoot)));
        Assert.Empty(Examiner.Homeless(TypeGraph.Of(examiner, "WireProtocols.Conformance"), Folders(ExaminerRoot)));
        Assert.All(Folders(ExaminerRoot), t => Assert.Equal("WireProtocols.Conformance", Space(t.Key)));
        using ModuleDefinition testing = Read(typeof(FuzzTarget));
        Assert.Empty(Testing.Homeless(TypeGraph.Of(testing, "WireProtocols.Testing"), Folders(TestingRoot)));
        Assert.All(Folders(TestingRoot), t => Assert.Equal("WireProtocols.Testing", Space(t.Key)));
        Assert.Equal(
            ["WireProtocols.ProtocolCatalogueAttribute", "WireProtocols.ProtocolRule", "WireProtocols.WireProtocolException"],
            Folders(LibraryRoot).Where(t => t.Value.Length == 0).Select(t => t.Key).Order(StringComparer.Ordinal));
        Assert.All(Folders(LibraryRoot), t => Assert.Equal(Space("WireProtocols", t.Value.Split('/')[0]), Space(t.Key)));
        Assert.All(Folders(ToolRoot), t => Assert.Equal(Space("WireProtocols.Cli", t.Value), Space(t.Key)));

        static string Space(string root, string? folder = null)
            => folder is null ? root[..root.LastIndexOf('.')] : folder.Length == 0 ? root : $"{root}.{folder.Replace('/', '.')}";
    }

    [Fact]
    public void No_types_stand_in_a_circle()
    {
        using ModuleDefinition library = Read(typeof(WireProtocolException));
        using ModuleDefinition tool = Read(typeof(ExitStatus));
        using ModuleDefinition transports = Read(typeof(TransportListener));
        using ModuleDefinition examiner = Read(typeof(ConformanceRunner));
        using ModuleDefinition msquic = Read(typeof(MsQuicLibrary));
        using ModuleDefinition aspNetCore = Read(typeof(WireDrain));
        using ModuleDefinition redis = Read(typeof(RedisBackplane));
        using ModuleDefinition nats = Read(typeof(NatsBackplane));
        using ModuleDefinition testing = Read(typeof(FuzzTarget));
        string[] circles =
        [
            .. TypeGraph.Of(library, "WireProtocols").Circles().Concat(TypeGraph.Of(tool, "WireProtocols.Cli").Circles())
                .Concat(TypeGraph.Of(transports, "WireProtocols.Transports").Circles())
                .Concat(TypeGraph.Of(msquic, "WireProtocols.MsQuic").Circles())
                .Concat(TypeGraph.Of(aspNetCore, "WireProtocols.AspNetCore").Circles())
                .Concat(TypeGraph.Of(redis, "WireProtocols.Redis").Circles())
                .Concat(TypeGraph.Of(nats, "WireProtocols.Nats").Circles())
                .Concat(TypeGraph.Of(examiner, "WireProtocols.Conformance").Circles())
                .Concat(TypeGraph.Of(testing, "WireProtocols.Testing").Circles())
                .Select(c => string.Join(" ", c.Select(t => t[(t.LastIndexOf('.') + 1)..]))),
        ];
        output.WriteLine($"{circles.Length} circles");
        Print(circles);
        Assert.Empty(Circular.Apply(circles));
    }

    [Fact]
    public void No_type_is_too_large_or_in_too_many_files()
    {
        IReadOnlyList<TypeSize> sizes
            = SizeRules.Measure(SourceFile.Below(
                LibraryRoot, ToolRoot, TransportsRoot, MsQuicRoot, AspNetCoreRoot, RedisRoot, NatsRoot, ExaminerRoot, TestingRoot));
        output.WriteLine($"{sizes.Count} types; the largest:");
        Print(sizes.Take(12).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Lines,5} lines in {s.Files} files: {s.Name}")));
        Assert.Empty(Large.Apply(SizeRules.Breaches(sizes)));
    }

    [Fact]
    public void What_is_lent_what_is_kept_and_what_is_passed_have_their_names()
    {
        HashSet<string> taken = [.. new[] { typeof(System.Net.WebSockets.WebSocket), typeof(System.Net.WebSockets.ClientWebSocket) }
            .SelectMany(t => t.Assembly.GetExportedTypes()).Where(t => t.Namespace == "System.Net.WebSockets").Select(t => t.Name)];
        using ModuleDefinition library = Read(typeof(WireProtocolException));
        using ModuleDefinition transports = Read(typeof(TransportListener));
        using ModuleDefinition msquic = Read(typeof(MsQuicLibrary));
        using ModuleDefinition aspNetCore = Read(typeof(WireDrain));
        using ModuleDefinition redis = Read(typeof(RedisBackplane));
        using ModuleDefinition nats = Read(typeof(NatsBackplane));
        NameRules rules = new("WireProtocols", taken);
        string[] breaches = [.. new[] { library, transports, msquic, aspNetCore, redis, nats }.SelectMany(rules.Breaches)];
        Print(breaches);
        Assert.Empty(OddlyNamed.Apply(breaches));
    }

    [Fact]
    public void What_could_read_out_of_bounds_has_its_proof_beside_it()
    {
        string[] breaches = [.. SourceFile.Below("src").SelectMany(TextRules.Unproved)];
        Print(breaches);
        Assert.Empty(Unproved.Apply(breaches));
    }

    [Fact]
    public void Nothing_reaches_into_the_platform()
    {
        string[] breaches = [.. SourceFile.Below("src").SelectMany(TextRules.PrivateAccess)];
        Print(breaches);
        Assert.Empty(Private.Apply(breaches));
    }

    [Fact]
    public void No_line_is_too_long()
    {
        string[] breaches = [.. SourceFile.Below("src", "tests", "bench", "fuzz").SelectMany(TextRules.LongLines)];
        output.WriteLine($"{breaches.Length} lines of more than {TextRules.MaxColumns} columns");
        Print(breaches.GroupBy(b => Path.GetDirectoryName(b.Split(':')[0])).Select(g => $"{g.Count(),4} in {g.Key}"));
        Assert.Empty(Long.Apply(breaches));
    }

    private string[] Show(string name, Floors floors, ModuleDefinition module, string root)
    {
        TypeGraph graph = TypeGraph.Of(module, Path.GetFileName(root));
        Dictionary<string, string> folders = Folders(root);
        output.WriteLine(
            $"{name}: {graph.Types.Count()} types, {graph.References.Count()} references, {folders.Values.Distinct().Count()} folders; the floors:");
        Print(floors.Lines);
        return [.. floors.Breaches(graph, folders)];
    }

    private static ModuleDefinition Read(Type type) => ModuleDefinition.ReadModule(type.Assembly.Location);

    /// <summary>The folder of each type, below the root.</summary>
    private static Dictionary<string, string> Folders(string root)
        => SourceFile.Below(root).SelectMany(f => f.Types()).DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.File.FolderBelow(root));

    private void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine("    " + line);
        }
    }
}
