
namespace WireProtocols.Generators;

/// <summary>One method of a catalogue.</summary>
internal sealed class Accessor(string name, string type, string parameter, IReadOnlyList<Arm> arms)
{
    public string Name { get; } = name;

    public string Type { get; } = type;

    public string Parameter { get; } = parameter;

    public IReadOnlyList<Arm> Arms { get; } = arms;
}

/// <summary>What a method answers for one member of the enum, as an expression.</summary>
internal sealed class Arm(string member, string value)
{
    public string Member { get; } = member;

    public string Value { get; } = value;
}
