using System.Runtime.CompilerServices;
using Mono.Cecil;

namespace WireProtocols.Tests.Architecture;

/// <summary>Which types refer to which. Nested types, and what the compiler adds to a type, count as their outermost type.</summary>
public sealed class TypeGraph
{
    private readonly Dictionary<string, HashSet<string>> _references;

    private TypeGraph(Dictionary<string, HashSet<string>> references) => _references = references;

    /// <summary>The types, in order.</summary>
    public IEnumerable<string> Types => _references.Keys.Order(StringComparer.Ordinal);

    /// <summary>Each reference from one type to another.</summary>
    public IEnumerable<(string From, string To)> References
        => Types.SelectMany(from => _references[from].Order(StringComparer.Ordinal).Select(to => (from, to)));

    /// <summary>The graph of the types whose namespace begins with <paramref name="root"/>.</summary>
    public static TypeGraph Of(ModuleDefinition module, string root)
    {
        Dictionary<string, HashSet<string>> references = [];
        foreach (TypeDefinition type in module.GetTypes())
        {
            TypeReference outer = Outermost(type);
            if (!IsOwn(outer))
            {
                continue;
            }

            references.TryAdd(outer.FullName, []);
            references[outer.FullName].UnionWith(
                TypeReferences.Of(type).Where(r => r.Scope == module).Select(Outermost).Where(IsOwn).Select(r => r.FullName));
            references[outer.FullName].Remove(outer.FullName);
        }

        return new TypeGraph(references);

        bool IsOwn(TypeReference type)
            => (type.Namespace == root || type.Namespace.StartsWith(root + ".", StringComparison.Ordinal)) && !type.Name.StartsWith('<')
                && !type.Resolve().CustomAttributes.Any(a => a.AttributeType.FullName == typeof(CompilerGeneratedAttribute).FullName);
    }

    /// <summary>The circles: each largest set of two or more types of which every one leads to every other (Tarjan's algorithm).</summary>
    public IReadOnlyList<string[]> Circles()
    {
        Dictionary<string, (int Index, int Low)> seen = [];
        HashSet<string> open = [];
        Stack<string> stack = [];
        List<string[]> circles = [];
        foreach (string type in Types.Where(t => !seen.ContainsKey(t)))
        {
            Visit(type);
        }

        return circles;

        void Visit(string type)
        {
            int index = seen.Count;
            seen[type] = (index, index);
            stack.Push(type);
            open.Add(type);
            foreach (string next in _references[type].Order(StringComparer.Ordinal))
            {
                if (!seen.ContainsKey(next))
                {
                    Visit(next);
                }

                if (open.Contains(next))
                {
                    seen[type] = (index, Math.Min(seen[type].Low, seen[next].Low));
                }
            }

            if (seen[type].Low == index)
            {
                List<string> members = [];
                do
                {
                    members.Add(stack.Pop());
                    open.Remove(members[^1]);
                }
                while (members[^1] != type);
                if (members.Count > 1)
                {
                    circles.Add([.. members.Order(StringComparer.Ordinal)]);
                }
            }
        }
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
