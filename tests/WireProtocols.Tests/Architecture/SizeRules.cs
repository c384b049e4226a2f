namespace WireProtocols.Tests.Architecture;

/// <summary>How large a type may be.</summary>
public static class SizeRules
{
    public const int MaxLines = 450;

    public const int MaxFiles = 3;

    /// <summary>The types of some files with all their parts, the largest first.</summary>
    public static IReadOnlyList<TypeSize> Measure(IEnumerable<SourceFile> files)
        => [.. files.SelectMany(f => f.Types()).GroupBy(p => p.Name)
            .Select(g => new TypeSize(g.Key, g.Sum(p => p.Lines), g.Select(p => p.File.Path).Distinct().Count()))
            .OrderByDescending(s => s.Lines).ThenBy(s => s.Name, StringComparer.Ordinal)];

    public static IEnumerable<string> Breaches(IEnumerable<TypeSize> sizes)
        => sizes.Where(s => s.Lines > MaxLines || s.Files > MaxFiles).Select(s => $"{s.Name}: {s.Lines} lines in {s.Files} files");
}

/// <summary>A type with all its parts.</summary>
public sealed record TypeSize(string Name, int Lines, int Files);
