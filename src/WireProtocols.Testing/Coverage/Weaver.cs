using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace WireProtocols.Testing;

/// <summary>Puts a call of <see cref="Coverage.Hit"/> at the head of every basic block of an assembly.</summary>
public static class Weaver
{
    private const string Mark = "WireProtocols.Testing.Woven";

    /// <summary>Rewrites the assembly where it lies.</summary>
    /// <returns>The number of basic blocks.</returns>
    public static int Weave(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string woven = path + ".woven";
        int blocks = 0;
        using (ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { InMemory = true }))
        {
            if (module.Resources.Any(r => r.Name == Mark))
            {
                throw new ArgumentException($"'{path}' is woven already.", nameof(path));
            }

            module.Resources.Add(new EmbeddedResource(Mark, ManifestResourceAttributes.Private, []));
            MethodReference hit = module.ImportReference(typeof(Coverage).GetMethod(nameof(Coverage.Hit)));
            // An unsafe accessor has a body without instructions: the runtime fills it in.
            foreach (MethodDefinition method in module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody && m.Body.Instructions.Count > 0))
            {
                blocks += Weave(method.Body, hit, blocks);
            }

            module.Write(woven);
        }

        // The old file may be mapped into a process; it lives on there.
        File.Move(woven, path, overwrite: true);
        return blocks;
    }

    /// <summary>Counts the basic blocks of a method.</summary>
    /// <returns>How many it has.</returns>
    internal static int Weave(MethodBody body, MethodReference hit, int firstBlock)
    {
        // Branches in their long form, since their targets move away.
        body.SimplifyMacros();
        ILProcessor il = body.GetILProcessor();
        Dictionary<Instruction, Instruction> moved = [];
        foreach (Instruction leader in Leaders(body))
        {
            Instruction head = il.Create(OpCodes.Ldc_I4, Scatter(firstBlock + moved.Count));
            il.InsertBefore(leader, head);
            il.InsertBefore(leader, il.Create(OpCodes.Call, hit));
            moved.Add(leader, head);
        }

        Retarget(body, moved);
        body.OptimizeMacros();
        return moved.Count;
    }

    /// <summary>The first instruction, every target of a branch or of a handler, and whatever follows a branch.</summary>
    private static List<Instruction> Leaders(MethodBody body)
    {
        HashSet<Instruction> leaders = [body.Instructions[0], .. body.ExceptionHandlers.Select(h => h.HandlerStart)];
        leaders.UnionWith(body.ExceptionHandlers.Select(h => h.FilterStart).Where(f => f is not null));
        foreach (Instruction instruction in body.Instructions)
        {
            switch (instruction.Operand)
            {
                case Instruction target:
                    leaders.Add(target);
                    break;
                case Instruction[] targets:
                    leaders.UnionWith(targets);
                    break;
                default:
                    continue;
            }

            if (instruction.Next is { } next)
            {
                leaders.Add(next);
            }
        }

        return [.. body.Instructions.Where(leaders.Contains)];
    }

    /// <summary>
    /// Everything that named an instruction names its new head: branches, and the bounds of protected regions, their ends included.
    /// </summary>
    internal static void Retarget(MethodBody body, Dictionary<Instruction, Instruction> moved)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            instruction.Operand = instruction.Operand switch
            {
                Instruction target => Head(target),
                Instruction[] targets => Array.ConvertAll(targets, Head),
                _ => instruction.Operand,
            };
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = Head(handler.TryStart);
            handler.TryEnd = Head(handler.TryEnd);
            handler.HandlerStart = Head(handler.HandlerStart);
            handler.HandlerEnd = handler.HandlerEnd is null ? null : Head(handler.HandlerEnd);
            handler.FilterStart = handler.FilterStart is null ? null : Head(handler.FilterStart);
        }

        Instruction Head(Instruction instruction) => moved.GetValueOrDefault(instruction, instruction);
    }

    /// <summary>Spreads consecutive numbers over the map (an odd factor is a permutation), so that few edges share a counter.</summary>
    private static int Scatter(int block) => (block * 40_503) & (Coverage.MapSize - 1);
}
