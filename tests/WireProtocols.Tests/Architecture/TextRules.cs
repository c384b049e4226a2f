using System.Text.RegularExpressions;

namespace WireProtocols.Tests.Architecture;

/// <summary>The rules that the text of a file can break. Each breach is one line, <c>path:line: what</c>.</summary>
public static partial class TextRules
{
    /// <summary>The longest line.</summary>
    public const int MaxColumns = 150;

    /// <summary>What begins the comment that proves an access to be in bounds.</summary>
    public const string Proof = "// In bounds";

    /// <summary>Lines of more than <see cref="MaxColumns"/> columns, comments included.</summary>
    public static IEnumerable<string> LongLines(SourceFile file)
        => Enumerable.Range(0, file.Lines.Length).Where(i => file.Lines[i].Length > MaxColumns)
            .Select(i => $"{file.Path}:{i + 1}: {file.Lines[i].Length} columns");

    /// <summary>
    /// Code that could read or write out of bounds, without a comment that begins with <see cref="Proof"/> before it in the same member. A
    /// member begins at its documentation or behind an empty line at the margin of members.
    /// </summary>
    public static IEnumerable<string> Unproved(SourceFile file)
        => Where(file, Risky().IsMatch).Where(i => !IsProved(file.Lines, i)).Select(i => $"{file.Path}:{i + 1}: {file.Lines[i].Trim()}");

    /// <summary>Ways into the private parts of the platform.</summary>
    public static IEnumerable<string> PrivateAccess(SourceFile file)
        => Where(file, Private().IsMatch).Select(i => $"{file.Path}:{i + 1}: {file.Lines[i].Trim()}");

    private static IEnumerable<int> Where(SourceFile file, Func<string, bool> predicate)
        => Enumerable.Range(0, file.Lines.Length)
            .Where(i => !file.Lines[i].TrimStart().StartsWith("//", StringComparison.Ordinal) && predicate(file.Lines[i]));

    private static bool IsProved(string[] lines, int at)
    {
        for (int i = at; i >= 0; i--)
        {
            if (lines[i].Contains(Proof, StringComparison.Ordinal))
            {
                return true;
            }

            if (i < at && (MemberEnd().IsMatch(lines[i]) || lines[i].StartsWith('{')))
            {
                return false;
            }
        }

        return false;
    }

    // A block, not the modifier of a method: that one's body has what needs the proof.
    [GeneratedRegex(
        @"^\s*unsafe$|\bfixed \("
        + @"|\bUnsafe\.(Add|Subtract|AddByteOffset|SubtractByteOffset|ReadUnaligned|WriteUnaligned|CopyBlock\w*|InitBlock\w*|As|AsRef)\b"
        + @"|\bMemoryMarshal\.(Create(ReadOnly)?Span|AsRef|Read|Write)\b|\b(Load|Store)Unsafe\b")]
    private static partial Regex Risky();

    [GeneratedRegex(@"\bUnsafeAccessor|\bMemberwiseClone\b|BindingFlags\.NonPublic|\.GetType\(\)\.(GetField|GetMethod|GetProperty)\b")]
    private static partial Regex Private();

    /// <summary>The end of the member before: a brace or an expression at the margin of members.</summary>
    [GeneratedRegex(@"^    \}$|^    [^ /].*;$|^        =>.*;$")]
    private static partial Regex MemberEnd();
}
