using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace WireProtocols.Testing;

/// <summary>
/// Puts every small mistake that it can think of into an assembly, each behind a question to <see cref="Mutants.IsActive"/>: comparisons that are
/// off by one or turned round, other operators, constants that are one too many, stores and calls that are left out. With no mutant switched
/// on the library does what it did.
/// </summary>
/// <remarks>
/// Code without lines of its own (state machines of asynchronous methods, accessors that the compiler wrote) is left as it is. The basic blocks
/// are counted as <see cref="Weaver"/> has it, so that a mutant that never ends is noticed.
/// </remarks>
public static class MutantWeaver
{
    private const int NoLine = 0xFEEFEE;

    /// <summary>Rewrites the assembly where it lies; its symbols lie beside it or in it.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="isIncluded">Whether the code of a source file, given by its path, gets mutants; null for all.</param>
    /// <returns>The mutants, numbered from 0.</returns>
    public static IReadOnlyList<Mutant> Weave(string path, Func<string, bool>? isIncluded = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        List<Mutant> mutants = [];
        string woven = path + ".woven";
        using (ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { InMemory = true, ReadSymbols = true }))
        {
            MethodReference hit = module.ImportReference(typeof(Coverage).GetMethod(nameof(Coverage.Hit)));
            MethodReference isActive = module.ImportReference(typeof(Mutants).GetMethod(nameof(Mutants.IsActive)));
            int blocks = 0;
            foreach (MethodDefinition method in module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody && m.Body.Instructions.Count > 0))
            {
                method.Body.SimplifyMacros();
                List<(Instruction At, Mutant Mutant, MutantChange Change)> found = IsWrittenByTheCompiler(method)
                    ? []
                    : [.. Find(method, isIncluded ?? (_ => true), mutants.Count)];
                mutants.AddRange(found.Select(f => f.Mutant));
                blocks += Weaver.Weave(method.Body, hit, blocks);
                Insert(method.Body, isActive, found);
            }

            module.Write(woven);
        }

        File.Move(woven, path, overwrite: true);
        return mutants;
    }

    /// <summary>State machines, and accessors of properties without code. A lambda is the author's, in a type of the compiler's.</summary>
    private static bool IsWrittenByTheCompiler(MethodDefinition method)
        => method.CustomAttributes.Any(a => a.AttributeType.Name == "CompilerGeneratedAttribute")
            || method.DeclaringType.Interfaces.Any(i => i.InterfaceType.Name is "IAsyncStateMachine" or "IEnumerator");

    private static IEnumerable<(Instruction At, Mutant Mutant, MutantChange Change)> Find(
        MethodDefinition method, Func<string, bool> isIncluded, int firstId)
    {
        IDictionary<Instruction, SequencePoint> lines = method.DebugInformation.GetSequencePointMapping();
        SequencePoint? line = null;
        int id = firstId;
        foreach (Instruction instruction in method.Body.Instructions)
        {
            line = lines.TryGetValue(instruction, out SequencePoint? own) ? own : line;
            if (line is null || line.StartLine == NoLine || !isIncluded(line.Document.Url))
            {
                continue;
            }

            foreach (MutantChange change in MutantChange.Of(instruction))
            {
                string name = $"{method.DeclaringType.Name}.{method.Name}";
                yield return (instruction, new Mutant(id++, line.Document.Url, line.StartLine, line.StartColumn, name, change.What), change);
            }
        }
    }

    /// <summary>
    /// In front of an instruction: <c>if (Mutants.IsActive(id)) { the change } else { the instruction }</c>, for each of its mutants.
    /// </summary>
    private static void Insert(MethodBody body, MethodReference isActive, List<(Instruction At, Mutant Mutant, MutantChange Change)> found)
    {
        body.SimplifyMacros();
        ILProcessor il = body.GetILProcessor();
        ILookup<Instruction, (Instruction At, Mutant Mutant, MutantChange Change)> places = found.ToLookup(f => f.At);

        // Whoever jumped to an instruction jumps to the first of its questions now; only the last question goes on to the instruction itself.
        Dictionary<Instruction, Instruction> heads = places.ToDictionary(p => p.Key, p => il.Create(OpCodes.Ldc_I4, p.First().Mutant.Id));
        Weaver.Retarget(body, heads);
        foreach (IGrouping<Instruction, (Instruction At, Mutant Mutant, MutantChange Change)> place in places)
        {
            Instruction after = heads.GetValueOrDefault(place.Key.Next, place.Key.Next);
            Instruction[] questions = [heads[place.Key], .. place.Skip(1).Select(p => il.Create(OpCodes.Ldc_I4, p.Mutant.Id)), place.Key];
            foreach (((Instruction at, _, MutantChange change), int index) in place.Select((p, i) => (p, i)))
            {
                Instruction[] asked
                    = [questions[index], il.Create(OpCodes.Call, isActive), il.Create(OpCodes.Brfalse, questions[index + 1]),
                        .. change.Make(il, at), il.Create(OpCodes.Br, after)];
                Array.ForEach(asked, i => il.InsertBefore(at, i));
            }
        }

        body.OptimizeMacros();
    }
}
