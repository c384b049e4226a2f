using Mono.Cecil;
using Mono.Cecil.Cil;

namespace WireProtocols.Tests.Architecture;

/// <summary>Every type that a type mentions: in its head, its members' signatures, its attributes and its methods' bodies.</summary>
public static class TypeReferences
{
    public static IEnumerable<TypeReference> Of(TypeDefinition type)
        => Mentioned(type).OfType<TypeReference>().SelectMany(Unwrap).DistinctBy(t => t.FullName);

    private static IEnumerable<TypeReference?> Mentioned(TypeDefinition type)
    {
        IEnumerable<TypeReference?> head =
        [
            type.BaseType,
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. Attributes(type),
            .. Constraints(type),
        ];
        return head
            .Concat(type.Fields.SelectMany(f => Attributes(f).Append(f.FieldType)))
            .Concat(type.Properties.SelectMany(p => Attributes(p).Append(p.PropertyType)))
            .Concat(type.Events.SelectMany(e => Attributes(e).Append(e.EventType)))
            .Concat(type.Methods.SelectMany(Mentioned));
    }

    private static IEnumerable<TypeReference?> Mentioned(MethodDefinition method)
    {
        IEnumerable<TypeReference?> signature =
        [
            method.ReturnType,
            .. method.Parameters.Select(p => p.ParameterType),
            .. method.Overrides.Select(o => o.DeclaringType),
            .. Attributes(method),
            .. Constraints(method),
        ];
        return method.HasBody ? signature.Concat(Mentioned(method.Body)) : signature;
    }

    private static IEnumerable<TypeReference?> Mentioned(MethodBody body)
        => body.Variables.Select(v => v.VariableType)
            .Concat(body.ExceptionHandlers.Select(h => h.CatchType))
            .Concat(body.Instructions.SelectMany(Mentioned));

    private static IEnumerable<TypeReference?> Mentioned(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, .. method.GenericArguments, method.ReturnType],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider)
        => provider.CustomAttributes.SelectMany(a => a.ConstructorArguments.Select(c => c.Value as TypeReference).Append(a.AttributeType));

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider provider)
        => provider.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType);

    /// <summary>The types inside arrays, references, pointers and generic instances.</summary>
    private static IEnumerable<TypeReference> Unwrap(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Unwrap).Prepend(generic.ElementType),
        RequiredModifierType required => Unwrap(required.ElementType).Append(required.ModifierType),
        FunctionPointerType pointer => pointer.Parameters.Select(p => p.ParameterType).Append(pointer.ReturnType).SelectMany(Unwrap),
        TypeSpecification specification => Unwrap(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };
}
