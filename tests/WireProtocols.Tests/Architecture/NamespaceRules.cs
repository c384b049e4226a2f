using Mono.Cecil;

namespace WireProtocols.Tests.Architecture;

/// <summary>Who may know whom: each part of the library knows itself, the root, and <c>Buffers</c>; the list of exceptions is here.</summary>
/// <param name="root">The namespace whose children are the parts.</param>
/// <param name="exceptions">Pairs of part and part that it may know besides.</param>
public sealed class NamespaceRules(string root, params (string From, string To)[] exceptions)
{
    private const string Shared = "Buffers";

    /// <summary>Each breach as one line, <c>Type of part X refers to Type of part Y</c>.</summary>
    public IReadOnlyList<string> Breaches(ModuleDefinition module)
        => [.. module.GetTypes().Where(t => PartOf(t) is not null).SelectMany(Breaches).Distinct().Order(StringComparer.Ordinal)];

    private IEnumerable<string> Breaches(TypeDefinition type)
    {
        string from = PartOf(type)!;
        foreach (TypeReference reference in TypeReferences.Of(type))
        {
            if (reference.Scope == type.Module && PartOf(reference) is { } to && !IsAllowed(from, to))
            {
                yield return $"{type.FullName} refers to {reference.FullName}";
            }
        }
    }

    private bool IsAllowed(string from, string to) => to == from || to.Length == 0 || to == Shared || exceptions.Contains((from, to));

    /// <summary>The part that a type belongs to: "" is the root itself, null is elsewhere (what the compiler adds).</summary>
    private string? PartOf(TypeReference type)
    {
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        return type.Namespace == root ? ""
            : type.Namespace.StartsWith(root + ".", StringComparison.Ordinal) ? type.Namespace[(root.Length + 1)..].Split('.')[0]
            : null;
    }
}
