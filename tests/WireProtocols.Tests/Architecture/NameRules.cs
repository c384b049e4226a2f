using System.Text.RegularExpressions;
using Mono.Cecil;

namespace WireProtocols.Tests.Architecture;

/// <summary>The one rule for names, over the public surface of a module. Each breach is one line.</summary>
/// <param name="root">The namespace whose types are looked at.</param>
/// <param name="taken">The names of public types that are taken elsewhere.</param>
public sealed class NameRules(string root, IReadOnlySet<string> taken)
{
    private static readonly (string Type, string Name)[] Parameters =
    [
        ("System.IO.Pipelines.PipeReader", "input"),
        ("System.IO.Pipelines.PipeWriter", "output"),
        ("System.Buffers.IBufferWriter`1<System.Byte>", "output"),
        ("System.IO.Pipelines.IDuplexPipe", "transport"),
        ("System.IO.Stream", "stream"),
    ];

    public IEnumerable<string> Breaches(ModuleDefinition module)
        => module.GetTypes().Where(IsVisible).SelectMany(t => TypeNames(t).Concat(t.Methods.Where(m => m.IsPublic).SelectMany(ParameterNames)));

    private IEnumerable<string> TypeNames(TypeDefinition type)
    {
        string name = type.Name.Split('`')[0];
        if (taken.Contains(name))
        {
            yield return $"{name} is a name of System.Net.WebSockets";
        }

        foreach (MethodDefinition toOwned in type.Methods.Where(m => m.Name == "ToOwned" && m.IsPublic))
        {
            TypeReference lent = toOwned.IsStatic ? toOwned.Parameters[0].ParameterType : type;
            lent = lent is TypeSpecification specification ? specification.ElementType : lent;
            string owned = toOwned.ReturnType.Name.Split('`')[0];
            if (!IsRefStruct(lent.Resolve()) || owned != "Owned" + Whole(lent.Name.Split('`')[0]))
            {
                yield return $"{lent.Name}.ToOwned makes a {owned} and not an Owned{Whole(lent.Name)} of what is lent";
            }
        }

        bool isStatic = type.IsAbstract && type.IsSealed;
        if (name.StartsWith("Owned", StringComparison.Ordinal) && !isStatic && !IsLent(type, name["Owned".Length..]))
        {
            yield return $"{name} is the kept form of nothing that is lent";
        }

        if (type.Properties.Any(p => IsInit(p) && p.GetMethod is { IsPublic: true }) && IsOptions(type)
            && !name.EndsWith("Options", StringComparison.Ordinal))
        {
            yield return $"{name} holds options and does not end in Options";
        }
    }

    private static IEnumerable<string> ParameterNames(MethodDefinition method)
        => from parameter in method.Parameters
           from rule in Parameters
           where parameter.ParameterType.FullName == rule.Type && parameter.Name != rule.Name && !(method.IsVirtual && !method.IsNewSlot)
           select $"{method.DeclaringType.Name}.{method.Name}: a {parameter.ParameterType.Name} is {rule.Name}, not {parameter.Name}";

    private bool IsVisible(TypeDefinition type)
        => (type.IsPublic || (type.IsNestedPublic && IsVisible(type.DeclaringType)))
            && (Space(type) == root || Space(type).StartsWith(root + ".", StringComparison.Ordinal));

    private static string Space(TypeDefinition type) => type.DeclaringType is { } outer ? Space(outer) : type.Namespace;

    private static bool IsRefStruct(TypeDefinition type)
        => type.IsValueType && type.CustomAttributes.Any(a => a.AttributeType.Name == "IsByRefLikeAttribute");

    /// <summary>A class that is made by an initializer alone, and has nothing but what is set there.</summary>
    private static bool IsOptions(TypeDefinition type)
        => !type.IsValueType && !type.IsAbstract && type.Properties.Any(p => p is { Name: "Default", GetMethod.IsStatic: true });

    private static bool IsInit(PropertyDefinition property)
        => property.SetMethod?.ReturnType is RequiredModifierType { ModifierType.Name: "IsExternalInit" };

    /// <summary>Whether there is a ref struct of that name, or of a piece of it.</summary>
    private static bool IsLent(TypeDefinition owned, string whole)
        => owned.Module.GetTypes().Any(t => t.Namespace == owned.Namespace && IsRefStruct(t) && Whole(t.Name.Split('`')[0]) == whole);

    private static string Whole(string lent) => Regex.Replace(lent, "Part$", "");
}
