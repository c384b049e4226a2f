using Mono.Cecil;
using Mono.Cecil.Cil;

namespace WireProtocols.Testing;

/// <summary>One thing that an instruction could have been by mistake.</summary>
/// <param name="What">In words.</param>
/// <param name="Make">The instructions in its place; they take the same from the stack and leave the same on it.</param>
internal sealed record MutantChange(string What, Func<ILProcessor, Instruction, Instruction[]> Make)
{
    private const int MostArguments = 4;
    private const string InterpolatedText = "DefaultInterpolatedStringHandler";

    private static readonly Dictionary<Code, (OpCode Other, string What)[]> Others = new()
    {
        [Code.Blt] = [(OpCodes.Ble, "< as <="), (OpCodes.Bge, "< as >=")],
        [Code.Blt_Un] = [(OpCodes.Ble_Un, "< as <="), (OpCodes.Bge_Un, "< as >=")],
        [Code.Ble] = [(OpCodes.Blt, "<= as <"), (OpCodes.Bgt, "<= as >")],
        [Code.Ble_Un] = [(OpCodes.Blt_Un, "<= as <"), (OpCodes.Bgt_Un, "<= as >")],
        [Code.Bgt] = [(OpCodes.Bge, "> as >="), (OpCodes.Ble, "> as <=")],
        [Code.Bgt_Un] = [(OpCodes.Bge_Un, "> as >="), (OpCodes.Ble_Un, "> as <=")],
        [Code.Bge] = [(OpCodes.Bgt, ">= as >"), (OpCodes.Blt, ">= as <")],
        [Code.Bge_Un] = [(OpCodes.Bgt_Un, ">= as >"), (OpCodes.Blt_Un, ">= as <")],
        [Code.Beq] = [(OpCodes.Bne_Un, "== as !=")],
        [Code.Bne_Un] = [(OpCodes.Beq, "!= as ==")],
        [Code.Brtrue] = [(OpCodes.Brfalse, "a condition turned round")],
        [Code.Brfalse] = [(OpCodes.Brtrue, "a condition turned round")],
        [Code.Add] = [(OpCodes.Sub, "+ as -")],
        [Code.Sub] = [(OpCodes.Add, "- as +")],
        [Code.Mul] = [(OpCodes.Add, "* as +")],
        [Code.And] = [(OpCodes.Or, "& as |")],
        [Code.Or] = [(OpCodes.And, "| as &")],
        [Code.Xor] = [(OpCodes.Or, "^ as |")],
        [Code.Shl] = [(OpCodes.Shr_Un, "<< as >>")],
        [Code.Shr] = [(OpCodes.Shl, ">> as <<")],
        [Code.Shr_Un] = [(OpCodes.Shl, ">> as <<")],
    };

    /// <summary>What an instruction could have been; its macros are written out.</summary>
    public static IEnumerable<MutantChange> Of(Instruction instruction)
    {
        if (instruction.Previous is { OpCode.OpCodeType: OpCodeType.Prefix } || IsOfTextOrStack(instruction))
        {
            return [];
        }

        if (Others.TryGetValue(instruction.OpCode.Code, out (OpCode Other, string What)[]? others))
        {
            return others.Select(o => new MutantChange(o.What, (_, from) => [Copy(from, o.Other)]));
        }

        return instruction.OpCode.Code switch
        {
            Code.Clt => Compared("<", OpCodes.Cgt, instruction),
            Code.Clt_Un => Compared("<", OpCodes.Cgt_Un, instruction),
            Code.Cgt => Compared(">", OpCodes.Clt, instruction),
            Code.Cgt_Un => Compared(">", OpCodes.Clt_Un, instruction),
            Code.Ceq when !Negates(instruction) => [Negated("== as !=", OpCodes.Ceq)],
            Code.Ldc_I4 when !Negates(instruction.Next) && instruction.Next?.OpCode.Code != Code.Newarr => Constants((int)instruction.Operand),
            Code.Ldc_I8 => [new("a number as the next one", (il, from) => [il.Create(OpCodes.Ldc_I8, (long)from.Operand + 1)])],
            Code.Stfld => [new("nothing is stored", (il, _) => [il.Create(OpCodes.Pop), il.Create(OpCodes.Pop)])],
            Code.Call or Code.Callvirt when IsStatement((MethodReference)instruction.Operand, out int arguments)
                => [new($"no call of {((MethodReference)instruction.Operand).Name}", (il, _) => Pops(il, arguments))],
            _ => [],
        };
    }

    /// <summary>The comparison that is right for equal ones too, and the one that is turned round.</summary>
    private static IEnumerable<MutantChange> Compared(string sign, OpCode opposite, Instruction instruction)
    {
        yield return new($"{sign} as {sign}=", (il, _) => [il.Create(opposite), il.Create(OpCodes.Ldc_I4, 0), il.Create(OpCodes.Ceq)]);
        if (!Negates(instruction.Next))
        {
            yield return Negated($"{sign} turned round", instruction.OpCode);
        }
    }

    private static MutantChange Negated(string what, OpCode code)
        => new(what, (il, _) => [il.Create(code), il.Create(OpCodes.Ldc_I4, 0), il.Create(OpCodes.Ceq)]);

    /// <summary>Whether this is the half of a negation: <c>ldc 0, ceq</c> behind a comparison. The comparison has its mutants already.</summary>
    private static bool Negates(Instruction? instruction) => instruction switch
    {
        { OpCode.Code: Code.Ldc_I4, Operand: 0, Next.OpCode.Code: Code.Ceq } => true,
        { OpCode.Code: Code.Ceq, Previous: { OpCode.Code: Code.Ldc_I4, Operand: 0 } } => true,
        _ => false,
    };

    private static IEnumerable<MutantChange> Constants(int value)
        => [new(value == 1 ? "1 as 0" : $"{value} as {unchecked(value + 1)}",
            (il, _) => [il.Create(OpCodes.Ldc_I4, value == 1 ? 0 : unchecked(value + 1))])];

    /// <summary>Whether it only makes the text of a message, or says how much of the stack an array takes: no test need care.</summary>
    private static bool IsOfTextOrStack(Instruction instruction)
        => instruction.Operand is MethodReference { DeclaringType.Name: InterpolatedText }
            || (instruction.OpCode.Code == Code.Ldc_I4
                && (IsCallOfText(instruction.Next) || IsCallOfText(instruction.Next?.Next)
                    || instruction.Next is { OpCode.Code: Code.Conv_U, Next.OpCode.Code: Code.Localloc }
                    || instruction.Previous?.OpCode.Code == Code.Localloc));

    private static bool IsCallOfText(Instruction? instruction)
        => instruction?.Operand is MethodReference { Name: ".ctor", DeclaringType.Name: InterpolatedText };

    private static bool IsStatement(MethodReference method, out int arguments)
    {
        arguments = method.Parameters.Count + (method.HasThis ? 1 : 0);
        return method.ReturnType.MetadataType == MetadataType.Void && method.Name != ".ctor" && arguments <= MostArguments;
    }

    private static Instruction[] Pops(ILProcessor il, int count)
        => count == 0 ? [il.Create(OpCodes.Nop)] : [.. Enumerable.Range(0, count).Select(_ => il.Create(OpCodes.Pop))];

    private static Instruction Copy(Instruction from, OpCode code)
    {
        Instruction copy = Instruction.Create(OpCodes.Nop);
        (copy.OpCode, copy.Operand) = (code, from.Operand);
        return copy;
    }
}
