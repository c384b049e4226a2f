using System.Text.RegularExpressions;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Architecture;

/// <summary>A file of C# as the rules about sources see it.</summary>
/// <param name="Path">From the root of the repository, with slashes.</param>
/// <param name="Lines">Its lines.</param>
public sealed partial record SourceFile(string Path, string[] Lines)
{
    /// <summary>
    /// The folders between <paramref name="root"/> and the file, <c>WebSockets/Frames</c> for instance; empty for a file in the root.
    /// </summary>
    public string FolderBelow(string root)
        => Path[(root.Length + 1)..].LastIndexOf('/') is var end and > 0 ? Path.Substring(root.Length + 1, end) : "";

    /// <summary>All files below some folders of the repository, what the build leaves behind excepted.</summary>
    public static IReadOnlyList<SourceFile> Below(params string[] folders)
        => [.. folders.SelectMany(f => Directory.EnumerateFiles(Repository.PathOf(f.Split('/')), "*.cs", SearchOption.AllDirectories))
            .Select(f => System.IO.Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => new SourceFile(f, File.ReadAllLines(Repository.PathOf(f.Split('/')))))];

    /// <summary>
    /// The types that are declared at the margin (a nested one belongs to its outermost), by full name as metadata has it. The format of this
    /// repository, which the build checks, has namespaces without braces and the closing brace of a type at the margin.
    /// </summary>
    public IEnumerable<TypePart> Types()
    {
        string space = "";
        for (int i = 0; i < Lines.Length; i++)
        {
            if (Lines[i].StartsWith("namespace ", StringComparison.Ordinal))
            {
                space = Lines[i]["namespace ".Length..].TrimEnd(';') + ".";
            }
            else if (Declaration().Match(Lines[i]) is { Success: true } match)
            {
                int end = i;
                while (end < Lines.Length - 1 && !Lines[end].StartsWith('}')
                    && !(Lines[end].EndsWith(';') && !Lines[end].StartsWith("    ", StringComparison.Ordinal)))
                {
                    end++;
                }

                int arity = match.Groups["parameters"] is { Success: true } p ? p.Value.Split(',').Length : 0;
                yield return new TypePart(space + match.Groups["name"].Value + (arity == 0 ? "" : $"`{arity}"), this, end - i + 1);
            }
        }
    }

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|ref|partial|unsafe) )*"
        + @"(?:class|struct|interface|enum|record(?: struct| class)?|delegate [\w<>\[\]?., ]+?) (?<name>\w+)(?:<(?<parameters>[^>]+)>)?")]
    private static partial Regex Declaration();
}

/// <summary>A part of a type in one file.</summary>
public sealed record TypePart(string Name, SourceFile File, int Lines);
