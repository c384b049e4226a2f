namespace WireProtocols.Tests.Architecture;

/// <summary>
/// Which folders a folder may refer to, itself apart. A folder that has no line may refer to nothing, and so a new one needs a line. What a
/// folder may refer to includes what that folder may refer to in turn.
/// </summary>
public sealed class Floors(params (string Folder, string[] Below)[] table)
{
    private readonly Dictionary<string, string[]> _table = table.ToDictionary(r => r.Folder, r => r.Below);

    /// <summary>The table, for the output of the test.</summary>
    public IEnumerable<string> Lines
        => _table.Select(r => $"{(r.Key.Length == 0 ? "(root)" : r.Key)} -> {string.Join(", ", r.Value.Select(b => b.Length == 0 ? "(root)" : b))}");

    /// <summary>Types that stand in no folder of the table, or in no file at all, as one line each.</summary>
    public IEnumerable<string> Homeless(TypeGraph graph, IReadOnlyDictionary<string, string> folderOf)
        => from type in graph.Types
           let folder = folderOf.GetValueOrDefault(type)
           where folder is null || !_table.ContainsKey(folder)
           select $"{type} stands in {(folder is null ? "no file" : $"a folder without a line: '{folder}'")}";

    /// <summary>Each reference that goes up or across, as one line.</summary>
    /// <param name="graph">Who refers to whom.</param>
    /// <param name="folderOf">The folder that each type stands in.</param>
    public IEnumerable<string> Breaches(TypeGraph graph, IReadOnlyDictionary<string, string> folderOf)
        => from reference in graph.References
           where folderOf.ContainsKey(reference.From) && folderOf.ContainsKey(reference.To)
           let @from = folderOf[reference.From]
           let to = folderOf[reference.To]
           where @from != to && !MayKnow(@from, to)
           select $"{reference.From} ({@from}) refers to {reference.To} ({to})";

    private bool MayKnow(string from, string to)
        => _table.TryGetValue(from, out string[]? below) && (below.Contains(to) || below.Any(b => MayKnow(b, to)));
}
