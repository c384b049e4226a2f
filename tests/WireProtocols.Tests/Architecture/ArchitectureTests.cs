using Mono.Cecil;

namespace WireProtocols.Tests.Architecture;

public class ArchitectureTests
{
    private static readonly string SharedFramework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    [Fact]
    public void Protocols_know_Buffers_and_never_each_other_except_that_WebSockets_reads_Http1_heads()
    {
        using ModuleDefinition library = ModuleDefinition.ReadModule(typeof(WireProtocolException).Assembly.Location);
        Assert.Empty(new NamespaceRules("WireProtocols", ("WebSockets", "Http1")).Breaches(library));
    }

    [Fact]
    public void The_rules_notice_every_way_to_know_another_protocol()
    {
        string[] breaches = SampleBreaches(new NamespaceRules("WireProtocols.Tests.Architecture.Sample"));
        string[] expected =
        [
            "Beta.ByAsync",
            "Beta.ByAttribute",
            "Beta.ByBase",
            "Beta.ByBody",
            "Beta.ByConstraint",
            "Beta.ByField",
            "Beta.ByLambda",
            "Beta.BySignature",
            "Buffers.SharedKnowsAProtocol",
        ];
        Assert.Equal(expected, breaches);
    }

    [Fact]
    public void An_exception_to_the_rules_allows_that_pair_and_no_other()
    {
        Assert.Equal(["Buffers.SharedKnowsAProtocol"], SampleBreaches(new NamespaceRules("WireProtocols.Tests.Architecture.Sample", ("Beta", "Alpha"))));
        Assert.Equal(9, SampleBreaches(new NamespaceRules("WireProtocols.Tests.Architecture.Sample", ("Alpha", "Beta"))).Length);
    }

    [Fact]
    public void The_library_needs_nothing_but_the_shared_framework()
    {
        using ModuleDefinition library = ModuleDefinition.ReadModule(typeof(WireProtocolException).Assembly.Location);
        Assert.Empty(OutsideTheSharedFramework(library));
    }

    [Fact]
    public void A_reference_outside_the_shared_framework_is_noticed()
    {
        using ModuleDefinition tests = ModuleDefinition.ReadModule(typeof(ArchitectureTests).Assembly.Location);
        Assert.Contains("Mono.Cecil", OutsideTheSharedFramework(tests));
    }

    private static IEnumerable<string> OutsideTheSharedFramework(ModuleDefinition module)
        => module.AssemblyReferences.Select(r => r.Name).Where(name => !File.Exists(Path.Combine(SharedFramework, name + ".dll")));

    /// <summary>The types that break the rules, nested ones under the name of their outermost type, without generic arity.</summary>
    private static string[] SampleBreaches(NamespaceRules rules)
    {
        using ModuleDefinition tests = ModuleDefinition.ReadModule(typeof(ArchitectureTests).Assembly.Location);
        return [.. rules.Breaches(tests).Select(b => b.Split(' ')[0].Split('/')[0].Split('`')[0].Replace("WireProtocols.Tests.Architecture.Sample.", "", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
    }
}
