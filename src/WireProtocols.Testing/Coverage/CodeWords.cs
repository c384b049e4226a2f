using System.Buffers.Binary;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace WireProtocols.Testing;

/// <summary>The constants that code compares its input with: a dictionary that nobody has to write.</summary>
public static class CodeWords
{
    private const int LongestWord = 40;
    private const int LeastNumber = 128;

    /// <summary>The literals and the numbers in the methods of an assembly.</summary>
    /// <param name="assembly">Its path.</param>
    /// <param name="space">Only types of this namespace and of those below it; null for all.</param>
    /// <returns>Each once: text in ASCII, numbers as two, four and eight bytes, the most significant one first.</returns>
    public static IReadOnlyList<byte[]> Of(string assembly, string? space = null)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using ModuleDefinition module = ModuleDefinition.ReadModule(assembly, new ReaderParameters { InMemory = true });
        Dictionary<string, byte[]> words = [];
        foreach (Instruction instruction in module.GetTypes().Where(t => IsBelow(t, space)).SelectMany(t => t.Methods)
            .Where(m => m.HasBody).SelectMany(m => m.Body.Instructions))
        {
            foreach (byte[] word in WordsOf(instruction).Where(w => w.Length is > 0 and <= LongestWord))
            {
                words.TryAdd(Convert.ToHexString(word), word);
            }
        }

        return [.. words.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => w.Value)];
    }

    private static bool IsBelow(TypeDefinition type, string? space)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return space is null || type.Namespace == space || type.Namespace.StartsWith(space + ".", StringComparison.Ordinal);
    }

    private static IEnumerable<byte[]> WordsOf(Instruction instruction) => instruction.Operand switch
    {
        string text when Ascii.IsValid(text) && !text.Contains(' ', StringComparison.Ordinal) => [Encoding.ASCII.GetBytes(text)],

        // What a UTF-8 literal is made of; the compiler ends it with a zero.
        FieldReference field when field.Resolve() is { HasFieldRVA: true, InitialValue: { } bytes } => [TrimZero(bytes)],
        int number when Math.Abs((long)number) >= LeastNumber => NumbersOf(number),
        long number when number is >= LeastNumber or <= -LeastNumber => NumbersOf(number),
        _ => [],
    };

    private static IEnumerable<byte[]> NumbersOf(long number)
    {
        byte[] eight = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(eight, number);
        if (number == (short)number || number == (ushort)number)
        {
            yield return eight[6..];
        }

        if (number == (int)number || number == (uint)number)
        {
            yield return eight[4..];
        }

        yield return eight;
    }

    private static byte[] TrimZero(byte[] bytes) => bytes is [.. var text, 0] ? text : bytes;
}
