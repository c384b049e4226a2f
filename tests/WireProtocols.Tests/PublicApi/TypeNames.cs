using System.Reflection;

namespace WireProtocols.Tests.PublicApi;

/// <summary>Types as C# writes them, without namespaces.</summary>
public static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(char)] = "char",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType)
        {
            return Of(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsPointer ? "*" : "");
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        string name = type.Name.Split('`')[0];
        Type[] own = type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];
        string arguments = own.Length == 0 ? "" : $"<{string.Join(", ", own.Select(Of))}>";
        return (type.DeclaringType is { } outer ? Of(outer) + "." : "") + name + arguments;
    }

    /// <summary>A parameter's or return value's type with how it is passed.</summary>
    public static string Of(ParameterInfo parameter)
    {
        bool readOnly
            = parameter.CustomAttributes.Any(a => a.AttributeType.Name == "IsReadOnlyAttribute") || parameter.GetRequiredCustomModifiers().Length > 0;
        string passed = !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : readOnly ? "ref readonly "
            : "ref ";
        string before = parameter.CustomAttributes.Any(a => a.AttributeType.Name == "ScopedRefAttribute") ? "scoped " : "";
        string many = parameter.IsDefined(typeof(ParamArrayAttribute))
            || parameter.CustomAttributes.Any(a => a.AttributeType.Name == "ParamCollectionAttribute")
            ? "params "
            : "";
        return many + before + passed + Of(parameter.ParameterType);
    }
}
