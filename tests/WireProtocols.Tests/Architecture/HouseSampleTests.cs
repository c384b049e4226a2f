using Mono.Cecil;

namespace WireProtocols.Tests.Architecture;

/// <summary>Every rule of the house fails where it has to: over the small library in <c>Sample.cs</c>, and over texts that break it.</summary>
public class HouseSampleTests
{
    private const string Root = "WireProtocols.Tests.Architecture.Sample";

    [Fact]
    public void The_graph_sees_every_way_to_refer_to_a_type()
    {
        string[] expected =
        [
            "Beta.ByAsync", "Beta.ByAttribute", "Beta.ByBase", "Beta.ByBody", "Beta.ByConstraint`1", "Beta.ByField", "Beta.ByLambda",
            "Beta.BySignature",
            "Buffers.SharedKnowsAProtocol",
        ];
        IEnumerable<string> to
            = Sample().References.Where(r => r.To.StartsWith(Root + ".Alpha.", StringComparison.Ordinal)).Select(r => r.From[(Root.Length + 1)..]);
        Assert.Equal(expected, to.Where(f => !f.StartsWith("Alpha.", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public void An_arrow_upwards_is_noticed_and_one_downwards_is_none()
    {
        Floors allowed = new(("", []), ("Buffers", [""]), ("Alpha", ["Buffers"]), ("Beta", ["Alpha"]), ("Circle", []));
        Assert.Equal(
            [$"{Root}.Buffers.SharedKnowsAProtocol (Buffers) refers to {Root}.Alpha.Good (Alpha)"], allowed.Breaches(Sample(), SampleFolders()));

        Floors forbidden = new(("", []), ("Buffers", ["Alpha"]), ("Alpha", ["Buffers", ""]), ("Beta", []));
        Assert.Equal(8, forbidden.Breaches(Sample(), SampleFolders()).Count(b => b.Contains("(Beta)", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_type_without_a_folder_is_noticed()
    {
        Floors floors = new(("", []), ("Buffers", []), ("Alpha", []), ("Beta", []));
        Assert.All(floors.Homeless(Sample(), SampleFolders()), h => Assert.StartsWith($"{Root}.Circle.", h, StringComparison.Ordinal));
        Assert.Equal($"{Root}.Root stands in no file", new Floors().Homeless(Sample(), new Dictionary<string, string>()).Last());
    }

    [Fact]
    public void A_circle_is_noticed_through_nested_types_and_lambdas()
        => Assert.Equal([[$"{Root}.Circle.First", $"{Root}.Circle.Second", $"{Root}.Circle.Third"]], Sample().Circles());

    [Fact]
    public void A_type_that_is_too_large_or_in_too_many_files_is_noticed()
    {
        string[] large =
        [
            "namespace N;", "internal sealed partial class Large<T>", "{", .. Enumerable.Repeat("    // line", 230), "}", "", "internal enum Small",
            "{", "}",
        ];
        string[] part = ["namespace N;", "public static partial class Parts", "{", "}"];
        SourceFile[] files = [.. new[] { large, large, part, part, part, part }.Select((lines, i) => new SourceFile($"src/{i}.cs", lines))];
        Assert.Equal(["N.Large`1: 466 lines in 2 files", "N.Parts: 12 lines in 4 files"], SizeRules.Breaches(SizeRules.Measure(files)));
        Assert.Equal(["N.Large`1", "N.Small"], files[0].Types().Select(t => t.Name));
    }

    [Fact]
    public void A_name_that_breaks_the_rule_is_noticed()
    {
        using ModuleDefinition tests = ModuleDefinition.ReadModule(typeof(HouseSampleTests).Assembly.Location);
        string[] expected =
        [
            "Kept is a name of System.Net.WebSockets",
            "LentPart.ToOwned makes a Kept and not an OwnedLent of what is lent",
            "OwnedNothing is the kept form of nothing that is lent",
            "Parameters.Write: a IBufferWriter`1 is output, not buffer",
            "Parameters.Write: a PipeReader is input, not reader",
            "Settings holds options and does not end in Options",
        ];
        Assert.Equal(
            expected,
            new NameRules("WireProtocols.Tests.Architecture.NameSample", new HashSet<string> { "Kept" }).Breaches(tests)
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ref byte next = ref Unsafe.Add(ref start, 1);")]
    [InlineData("uint value = Unsafe.ReadUnaligned<uint>(ref start);")]
    [InlineData("ReadOnlySpan<byte> all = MemoryMarshal.CreateReadOnlySpan(ref start, length);")]
    [InlineData("unsafe")]
    [InlineData("fixed (byte* at = bytes)")]
    public void An_access_without_its_proof_is_noticed(string line)
    {
        string[] head = ["public sealed class Some", "{", "    private int M()", "    {"];
        Assert.Equal([$"f.cs:5: {line}"], TextRules.Unproved(new SourceFile("f.cs", [.. head, "        " + line, "    }", "}"])));
        Assert.Empty(
            TextRules.Unproved(
                new SourceFile("f.cs", [.. head, "        // In bounds: the caller gave a byte more.", "", "        " + line, "    }", "}"])));

        string[] elsewhere
            = ["    // In bounds: another method's proof.", "    private int L() => 0;", "", .. head[2..], "        " + line, "    }", "}"];
        Assert.Single(TextRules.Unproved(new SourceFile("f.cs", [.. head[..2], .. elsewhere])));
    }

    [Fact]
    public void A_way_into_the_platform_and_a_long_line_are_noticed()
    {
        SourceFile file
            = new("f.cs", ["[UnsafeAccessor(UnsafeAccessorKind.Field)]", "x.GetType().GetField(name)", new('a', 150), "/// " + new string('a', 147)]);
        Assert.Equal(2, TextRules.PrivateAccess(file).Count());
        Assert.Equal(["f.cs:4: 151 columns"], TextRules.LongLines(file));
    }

    [Fact]
    public void An_exception_covers_its_breach_alone_and_is_a_breach_without_it()
    {
        Exceptions exceptions = new(("A", "a reason"));
        Assert.Equal(["B and more"], exceptions.Apply(["A and more", "B and more"]));
    }

    private static TypeGraph Sample()
    {
        using ModuleDefinition tests = ModuleDefinition.ReadModule(typeof(HouseSampleTests).Assembly.Location);
        return TypeGraph.Of(tests, Root);
    }

    /// <summary>In the sample, the namespace below the root stands for the folder.</summary>
    private static Dictionary<string, string> SampleFolders()
        => Sample().Types.ToDictionary(
            t => t, t => t[(Root.Length + 1)..] is var name && name.Contains('.', StringComparison.Ordinal) ? name.Split('.')[0] : "");
}
