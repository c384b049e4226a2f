using System.Globalization;
using System.Reflection;

namespace WireProtocols.Tests.PublicApi;

/// <summary>Writes down what an assembly's users can see, a line a member, in an order that depends on nothing but the names.</summary>
public static class PublicApiPrinter
{
    private const BindingFlags Declared
        = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The text of each namespace that has public types.</summary>
    public static IReadOnlyDictionary<string, string> Print(Assembly assembly)
        => assembly.GetExportedTypes()
            .GroupBy(t => t.Namespace ?? "")
            .ToDictionary(g => g.Key, g => string.Join('\n', g.OrderBy(TypeNames.Of, StringComparer.Ordinal).Select(Print)));

    public static string Print(Type type)
    {
        IEnumerable<string> members = type.IsEnum ? EnumMembers(type)
            : typeof(Delegate).IsAssignableFrom(type) ? []
            : Members(type).Order(StringComparer.Ordinal);
        return string.Concat(members.Select(m => $"    {m}\n").Prepend(Head(type) + "\n"));
    }

    private static string Head(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"delegate {TypeNames.Of(invoke.ReturnParameter)} {TypeNames.Of(type)}({Parameters(invoke)})";
        }

        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? Struct(type) : Class(type);
        IEnumerable<Type> bases = type.IsEnum ? [Enum.GetUnderlyingType(type)]
            : type.GetInterfaces().Where(i => i.IsPublic).OrderBy(TypeNames.Of, StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && !type.IsEnum)
        {
            bases = bases.Prepend(parent);
        }

        string list = string.Join(", ", bases.Select(TypeNames.Of));
        return $"{kind} {TypeNames.Of(type)}{(list.Length == 0 ? "" : " : " + list)}{Constraints(type.GetGenericArguments())}";
    }

    private static string Class(Type type)
        => (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + "class";

    private static string Struct(Type type)
        => (HasAttribute(type, "IsReadOnlyAttribute") ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + "struct";

    private static IEnumerable<string> EnumMembers(Type type)
        => type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (f.Name, Value: Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)))
            .OrderBy(m => m.Value)
            .Select(m => $"{m.Name} = {m.Value}");

    private static IEnumerable<string> Members(Type type)
        => type.GetConstructors(Declared).Where(IsVisible).Select(c => $"{Modifiers(c)}new({Parameters(c)})")
            .Concat(type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(Field))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(true).Any(IsVisible)).Select(Property))
            .Concat(
                type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!))
                    .Select(e => $"{Modifiers(e.AddMethod!)}event {TypeNames.Of(e.EventHandlerType!)} {e.Name}"))
            .Concat(
                type.GetMethods(Declared).Where(m => IsVisible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)))
                    .Select(Method));

    private static string Field(FieldInfo field)
    {
        string head = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        string value = field.IsLiteral ? " = " + Constant(field.GetRawConstantValue()) : "";
        return $"{head}{TypeNames.Of(field.FieldType)} {field.Name}{value}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(true).Where(IsVisible)];
        string index = string.Join(", ", property.GetIndexParameters().Select(Parameter));
        return $"{Modifiers(accessors[0])}{TypeNames.Of(property.PropertyType)} {(index.Length == 0 ? property.Name : $"this[{index}]")} {{ "
            + $"{string.Concat(accessors.Select(Accessor).Order(StringComparer.Ordinal))}}}";
    }

    private static string Accessor(MethodInfo accessor)
        => accessor.Name.Contains("get_", StringComparison.Ordinal) ? "get; "
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") ? "init; " : "set; ";

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeNames.Of))}>" : "";
        return $"{Modifiers(method)}{TypeNames.Of(method.ReturnParameter)} "
            + $"{method.Name}{generic}({Parameters(method)}){Constraints(method.IsGenericMethod ? method.GetGenericArguments() : [])}";
    }

    private static string Modifiers(MethodBase method)
    {
        string access = method.IsPublic ? "" : "protected ";
        bool overrides = method is MethodInfo info && info.GetBaseDefinition().DeclaringType != info.DeclaringType;
        return access + (method.IsStatic ? "static " : method.DeclaringType!.IsInterface ? ""
            : overrides ? "override " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "");
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string text = $"{TypeNames.Of(parameter)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {Constant(parameter.RawDefaultValue)}" : text;
    }

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Where(a => a.IsGenericParameter).Select(argument =>
    {
        GenericParameterAttributes special = argument.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
        string[] all = [.. argument.GetGenericParameterConstraints().Select(TypeNames.Of), .. special == 0 ? [] : new[] { special.ToString() }];
        return all.Length == 0 ? "" : $" where {argument.Name} : {string.Join(", ", all)}";
    }));

    private static string Constant(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool HasAttribute(Type type, string name) => type.CustomAttributes.Any(a => a.AttributeType.Name == name);
}
