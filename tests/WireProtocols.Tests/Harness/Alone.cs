namespace WireProtocols.Tests.Harness;

/// <summary>The tests of what belongs to the whole process: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
