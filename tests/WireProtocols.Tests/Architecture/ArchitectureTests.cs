using Mono.Cecil;

namespace WireProtocols.Tests.Architecture;

public class ArchitectureTests
{
    private static readonly string SharedFramework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

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
}
