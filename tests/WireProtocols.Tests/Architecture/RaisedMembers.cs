using Mono.Cecil;
using Mono.Cecil.Cil;

namespace WireProtocols.Tests.Architecture;

/// <summary>
/// The members of an enum that code gives to somebody: returns, stores or passes on. A comparison with a member gives it to nobody. Each
/// method's body is walked along every path with a stack that knows constants alone, so that <c>bad ? A : B</c> counts for both.
/// </summary>
public static class RaisedMembers
{
    /// <summary>The names of the members that no method of the module gives to anybody, the catalogue of the enum left out.</summary>
    public static string[] NeverRaised(ModuleDefinition module, TypeDefinition errors, string catalogue)
    {
        HashSet<int> raised = [];
        foreach (MethodDefinition method
            in module.GetTypes().Where(t => t.Name != catalogue).SelectMany(t => t.Methods).Where(m => Mentions(m, errors)))
        {
            new Walk(method, errors, raised).Run();
        }

        return
        [
            .. errors.Fields.Where(f => f.HasConstant && f.Name != "None" && !raised.Contains(Convert.ToInt32(f.Constant, null))).Select(f => f.Name),
        ];
    }

    private static bool Mentions(MethodDefinition method, TypeDefinition errors)
    {
        return method.HasBody && method.Body.Instructions.Count > 0
            && (Is(method) || method.Body.Variables.Any(v => Is(v.VariableType))
                || method.Body.Instructions.Any(i => Is(i.Operand as MemberReference)));

        bool Is(MemberReference? member) => member is not null && member.FullName.Contains(errors.FullName, StringComparison.Ordinal);
    }


    private sealed class Walk(MethodDefinition method, TypeDefinition errors, HashSet<int> raised)
    {
        private readonly HashSet<(int Offset, string Stack)> _seen = [];
        private readonly Stack<(Instruction At, int?[] Stack)> _open = [];

        /// <summary>
        /// The type behind an address is not on this stack: a constant that is stored through one counts in methods that have an address of the enum.
        /// </summary>
        private readonly bool _storesThroughAddress
            = method.Parameters.Any(p => p.ParameterType is ByReferenceType r && r.ElementType.FullName == errors.FullName)
                || method.Body.Instructions.Any(
                    i => i.OpCode.Code is Code.Newarr or Code.Ldelema && ((TypeReference)i.Operand).FullName == errors.FullName)
                || method.Body.Instructions.Any(
                    i => i.OpCode.Code is Code.Ldflda or Code.Ldsflda && ((FieldReference)i.Operand).FieldType.FullName == errors.FullName);

        public void Run()
        {
            Open(method.Body.Instructions[0], []);
            foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
            {
                Open(handler.HandlerStart, handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter ? [null] : []);
                Open(handler.FilterStart, [null]);
            }

            while (_open.TryPop(out (Instruction At, int?[] Stack) next))
            {
                Step(next.At, [.. next.Stack]);
            }
        }

        private void Open(Instruction? at, IEnumerable<int?> stack)
        {
            int?[] copy = [.. stack];
            if (at is not null && _seen.Add((at.Offset, string.Join(',', copy))))
            {
                _open.Push((at, copy));
            }
        }

        private void Step(Instruction at, List<int?> stack)
        {
            Note(at, stack);
            Apply(at, stack);
            if (at.OpCode.FlowControl is FlowControl.Return or FlowControl.Throw)
            {
                return;
            }

            IEnumerable<int?> after = at.OpCode.Code is Code.Leave or Code.Leave_S ? [] : stack;
            if (at.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch)
            {
                foreach (Instruction target in at.Operand as Instruction[] ?? [(Instruction)at.Operand])
                {
                    Open(target, after);
                }
            }

            if (at.OpCode.FlowControl != FlowControl.Branch)
            {
                Open(at.Next, after);
            }
        }

        /// <summary>Notes the constants that the instruction gives to a place of the enum's type.</summary>
        private void Note(Instruction at, List<int?> stack)
        {
            switch (at.OpCode.Code)
            {
                case Code.Ret when stack.Count > 0:
                    Note(method.ReturnType, stack[^1]);
                    break;
                case Code.Stfld or Code.Stsfld:
                    Note(InContext(((FieldReference)at.Operand).FieldType, at.Operand), stack[^1]);
                    break;
                case Code.Call or Code.Callvirt or Code.Newobj:
                    MethodReference callee = (MethodReference)at.Operand;
                    for (int i = 0; i < callee.Parameters.Count; i++)
                    {
                        Note(InContext(callee.Parameters[i].ParameterType, callee), stack[stack.Count - callee.Parameters.Count + i]);
                    }

                    break;
                case Code.Stind_I4 or Code.Stind_I1 or Code.Stelem_I4 or Code.Stelem_I1 when _storesThroughAddress:
                    Note(errors, stack[^1]);
                    break;
                case >= Code.Stloc_0 and <= Code.Stloc_3:
                    Note(method.Body.Variables[at.OpCode.Code - Code.Stloc_0].VariableType, stack[^1]);
                    break;
                case Code.Stloc or Code.Stloc_S:
                    Note(((VariableDefinition)at.Operand).VariableType, stack[^1]);
                    break;
                default:
                    break;
            }
        }

        private void Note(TypeReference place, int? constant)
        {
            if (constant is { } value
                && (place.FullName == errors.FullName
                    || place is GenericInstanceType { Name: "Nullable`1" } n && n.GenericArguments[0].FullName == errors.FullName))
            {
                raised.Add(value);
            }
        }

        private static TypeReference InContext(TypeReference type, object member)
            => type is not GenericParameter parameter ? type
                : parameter.Type == GenericParameterType.Method && member is GenericInstanceMethod call ? call.GenericArguments[parameter.Position]
                : parameter.Type == GenericParameterType.Type
                    && ((MemberReference)member).DeclaringType is GenericInstanceType owner ? owner.GenericArguments[parameter.Position]
                : type;

        private void Apply(Instruction at, List<int?> stack)
        {
            if (at.OpCode.Code == Code.Dup)
            {
                stack.Add(stack[^1]);
                return;
            }

            int?[] popped = Pop(stack, Pops(at, stack.Count));
            if (Constant(at) is { } constant)
            {
                stack.Add(constant);
                return;
            }

            // What an enum of bytes is narrowed by keeps its value.
            int? kept = at.OpCode.Code is Code.Conv_U1 or Code.Conv_I4 or Code.Conv_U2 ? popped[0] : null;
            stack.AddRange(Enumerable.Repeat(kept, Pushes(at)));
        }

        private static int?[] Pop(List<int?> stack, int count)
        {
            int?[] popped = [.. stack.TakeLast(count)];
            stack.RemoveRange(stack.Count - popped.Length, popped.Length);
            return popped;
        }

        private static int? Constant(Instruction at) => at.OpCode.Code switch
        {
            >= Code.Ldc_I4_M1 and <= Code.Ldc_I4_8 => at.OpCode.Code - Code.Ldc_I4_0,
            Code.Ldc_I4_S => (sbyte)at.Operand,
            Code.Ldc_I4 => (int)at.Operand,
            _ => null,
        };

        private int Pops(Instruction at, int depth) => at.OpCode.StackBehaviourPop switch
        {
            StackBehaviour.Pop0 => 0,
            StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
            StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8 or StackBehaviour.Popi_popr4
                or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
            StackBehaviour.PopAll => depth,
            StackBehaviour.Varpop => VariablePops(at),
            _ => 3,
        };

        private int VariablePops(Instruction at) => at.Operand switch
        {
            MethodReference m => m.Parameters.Count + (at.OpCode.Code != Code.Newobj && m.HasThis ? 1 : 0),
            CallSite s => s.Parameters.Count + 1 + (s.HasThis ? 1 : 0),
            _ => IsVoid(method.ReturnType) ? 0 : 1,
        };

        private static int Pushes(Instruction at) => at.OpCode.StackBehaviourPush switch
        {
            StackBehaviour.Push0 => 0,
            StackBehaviour.Push1_push1 => 2,
            StackBehaviour.Varpush => at.Operand is IMethodSignature { ReturnType: var type } && IsVoid(type) ? 0 : 1,
            _ => 1,
        };

        /// <summary>Also of the void with a modifier that <c>init</c> has.</summary>
        private static bool IsVoid(TypeReference type)
            => type is IModifierType modified ? IsVoid(modified.ElementType) : type.FullName == "System.Void";
    }
}
